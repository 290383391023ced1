'use strict';
// Shows what /api/v1 says and decides nothing. Text from outside goes in through text nodes alone.
(() => {
  const byId = (id) => document.getElementById(id);
  const svgNs = 'http://www.w3.org/2000/svg';
  // Control, bidirectional and invisible characters are made visible, as the command line does.
  const odd = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
  const shown = (text) => String(text).replace(odd, (c) => {
    const code = c.charCodeAt(0);
    return code < 256 ? '\\x' + code.toString(16).padStart(2, '0') : '\\u' + code.toString(16).padStart(4, '0');
  });
  const fill = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes || {}))
      if (value !== undefined) node.setAttribute(name, value);
    for (const child of children.flat())
      if (child !== null && child !== undefined && child !== '') node.append(child instanceof Node ? child : shown(child));
    return node;
  };
  const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes, ...children) => fill(document.createElementNS(svgNs, tag), attributes, children);
  const unknown = (text) => el('p', {class: 'unknown'}, text);
  const number = (n) => n.toLocaleString('en');
  const counted = (n, noun) => number(n) + ' ' + noun + (n === 1 ? '' : 's');
  const size = (n) => {
    let at = 0;
    for (; n >= 1024 && at < 5; ++at) n /= 1024;
    return (at === 0 ? n : n.toFixed(1)) + ' ' + ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'][at];
  };
  const span = (s) => {
    s = Math.max(0, Math.round(s));
    if (s < 60) return s + ' s';
    if (s < 3600) return Math.floor(s / 60) + ' m';
    if (s < 172800) return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' m';
    return Math.floor(s / 86400) + ' d';
  };
  const clock = (time) => el('time', {datetime: time, title: time}, time.slice(5, 16).replace('T', ' '));
  const tones = {ok: 'good', changes: 'busy', partial: 'warn', blocked: 'bad', error: 'bad', pending: 'busy',
                 foreign: 'idle', waiting: 'idle', warning: 'warn', unknown: 'warn', info: 'idle'};
  const chip = (word, tone) => el('span', {class: 'chip ' + (tone || tones[word] || 'idle')}, word);
  const panel = (title, attributes, ...content) =>
    el('section', {class: 'panel ' + (attributes.class || ''), 'data-panel': attributes.id, 'aria-label': title},
       el('h2', {}, title), ...content);
  const usd = (n) => '$' + n.toFixed(n !== 0 && n < 0.1 ? 4 : 2);

  const fromHash = () => {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return '';  // typed by hand, and no name
    }
  };
  let overview = null, chosen = fromHash(), skew = 0, sought = '', state = '';

  // ---- panels

  const meter = (label, used, limit, text) => {
    const share = limit > 0 ? used / limit : used > 0 ? 1 : 0;
    const width = Math.min(100, 100 * share);
    return el('div', {class: 'meter'}, el('p', {}, el('span', {}, label), el('span', {class: 'quiet'}, text)),
      svg('svg', {viewBox: '0 0 100 3', role: 'img', preserveAspectRatio: 'none', height: 8, 'aria-label': label + ': ' + text},
          svg('rect', {class: 'bg', width: 100, height: 3, rx: 1}),
          svg('rect', {class: share >= 1 ? 'over' : share >= 0.8 ? 'warn' : 'b', width, height: 3, rx: 1})));
  };

  const planLines = (plan) => {
    const out = [];
    let section = '', list = null;
    for (const line of plan.lines) {
      if (line.section !== section) {
        section = line.section;
        list = el('ul', {class: 'lines'});
        out.push(el('h4', {}, section), list);
      }
      list.append(el('li', {}, el('b', {class: 'sym'}, line.symbol), ' ', el('span', {class: 'subject'}, line.subject), ' ',
        el('span', {class: 'detail'}, line.detail), ' ', el('span', {class: 'cause'}, line.cause),
        ...line.below.flatMap((text) => [el('br'), el('span', {class: 'below'}, text)])));
    }
    if (plan.linesMore) out.push(el('p', {class: 'quiet'}, number(plan.linesMore) + ' more'));
    return out;
  };

  const copyButton = (text) => {
    const button = el('button', {type: 'button'}, 'Copy');
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Select the line and copy it';
      }
    });
    return button;
  };

  const planPanel = (p) => {
    if (!p.plan) return panel('Next plan', {id: 'plan', class: 'wide'}, unknown('No plan yet: no pass has ended.'));
    const next = p.nextPass ? el('p', {class: 'quiet', 'data-due': p.nextPass}) : el('p', {class: 'quiet'}, 'A pass is at work.');
    return panel('Next plan', {id: 'plan', class: 'wide'}, el('p', {class: 'closing'}, p.plan.closing), next, planLines(p.plan),
      p.plan.command ? [el('p', {class: 'quiet'}, 'To approve exactly this plan (' + p.plan.digest.slice(0, 15) + '):'),
                        el('pre', {class: 'command'}, p.plan.command), copyButton(p.plan.command)] : []);
  };

  const boardPanel = (p) => {
    if (!p.board) return panel('Manifest, live, buffer and chain', {id: 'board', class: 'wide'}, unknown('Unknown: no pass has ended.'));
    const cell = (head, text) => el('td', {'data-h': head}, text || '–');
    const rows = p.board.rows.map((r) => el('tr', {},
      el('td', {}, el('details', {}, el('summary', {class: 'mono'}, r.address), el('p', {}, r.why),
        el('p', {}, 'More: ', el('code', {}, 'reconcile explain -f ' + p.manifest + ' ' + r.address)))),
      el('td', {}, chip(r.state)), cell('Manifest', r.manifest), cell('Live', r.live), cell('Buffer and chain', r.local)));
    return panel('Manifest, live, buffer and chain', {id: 'board', class: 'wide'},
      el('p', {class: 'quiet'}, counted(p.board.unchanged, 'object') + ' in the index in agreement' +
        (p.board.more ? '; ' + number(p.board.more) + ' further addresses not shown' : '')),
      rows.length === 0 ? null : el('table', {class: 'stack'}, el('thead', {}, el('tr', {},
        ['Address', 'State', 'Manifest', 'Live', 'Buffer and chain'].map((t) => el('th', {scope: 'col'}, t)))), el('tbody', {}, rows)));
  };

  // Passes, and what happened in them; the conditions say what the passes say already.
  const moments = (p) => [
    ...p.timeline.map((t) => ({last: t.last, first: t.first, times: t.times, chip: chip(t.result), text: t.text})),
    ...p.events.filter((e) => !e.address.startsWith('condition/')).map((e) => ({last: e.last, first: e.first, times: e.count,
      chip: chip(e.reason, e.type === 'Warning' ? 'warn' : 'good'), text: e.address + ': ' + e.message})),
  ].sort((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0));

  const timelinePanel = (p) => panel('Timeline', {id: 'timeline'}, p.timeline.length + p.events.length === 0 ? unknown('No pass has ended yet.') :
    el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Passes and events'}, el('ul', {class: 'time'}, moments(p).map((m) =>
      el('li', {}, clock(m.last), ' ', m.chip, ' ', m.text,
        m.times > 1 ? el('span', {class: 'quiet'}, ' ×' + m.times + ' since ', clock(m.first)) : null)))));

  const expiryPanel = (p) => {
    if (!p.expiry) return panel('Leaves within 60 days', {id: 'expiry'}, unknown('Unknown: the listing or the lifecycle rules were not read whole.'));
    const objects = p.expiry.reduce((sum, d) => sum + d.objects, 0), bytes = p.expiry.reduce((sum, d) => sum + d.bytes, 0);
    const most = Math.max(1, ...p.expiry.map((d) => d.objects));
    const text = objects === 0 ? 'Nothing expires within 60 days.' : counted(objects, 'object') + ', ' + size(bytes);
    const busy = p.expiry.filter((d) => d.objects > 0);
    return panel('Leaves within 60 days', {id: 'expiry'}, el('p', {}, text),
      svg('svg', {viewBox: '0 0 360 90', role: 'img', 'aria-label': 'Objects that leave per day: ' + text},
        p.expiry.map((d, at) => svg('rect', {class: d.objects ? 'b' : 'bg', x: at * 6, width: 5, rx: 1,
          y: d.objects ? 70 - Math.max(2, 68 * d.objects / most) : 69, height: d.objects ? Math.max(2, 68 * d.objects / most) : 1},
          svg('title', {}, d.day + ': ' + counted(d.objects, 'object') + ', ' + size(d.bytes)))),
        svg('text', {x: 0, y: 86}, p.expiry[0].day), svg('text', {x: 360, y: 86, 'text-anchor': 'end'}, p.expiry[59].day)),
      busy.length === 0 ? null : el('details', {}, el('summary', {}, 'By day'), el('table', {}, el('tbody', {}, busy.map((d) =>
        el('tr', {}, el('th', {scope: 'row'}, d.day), el('td', {class: 'num'}, number(d.objects)), el('td', {class: 'num'}, size(d.bytes))))))));
  };

  const transfersPanel = (document_) => panel('Transfers', {id: 'transfers'}, document_.transfers.length === 0 ?
    el('p', {class: 'quiet'}, 'Nothing is on its way.') : document_.transfers.map((t) => meter(t.address, t.bytesDone, t.bytesTotal * 1.000001,
      size(t.bytesDone) + ' of ' + size(t.bytesTotal) + ', ' + size(t.bytesPerSecond) + '/s' + (t.tries > 1 ? ', try ' + t.tries : ''))));

  const chainPanel = (p) => {
    const c = p.chain, out = [];
    if (!c) out.push(unknown('Unknown: the chain was not read, or none is configured.'));
    else out.push(el('dl', {class: 'kv'}, el('dt', {}, 'Network'), el('dd', {}, c.network), el('dt', {}, 'Finalized'), el('dd', {}, 'block ' + number(c.finalizedBlock)),
      el('dt', {}, 'Committed'), el('dd', {class: 'mono'}, c.commitment || 'nothing'),
      c.commitment ? [el('dt', {}, 'By'), el('dd', {}, (c.whose === 'ours' ? 'this publication' : 'someone else') + ', block ' + number(c.commitmentBlock))] : []));
    if (p.commitments.length > 1) out.push(el('details', {}, el('summary', {}, 'Earlier commitments'), el('ul', {class: 'time'},
      p.commitments.slice(1).map((c) => el('li', {}, 'block ' + number(c.block) + ' ', el('span', {class: 'mono'}, c.commitment))))));
    const b = p.chainBudget;
    if (b) out.push(meter('This epoch', b.usedBytes, b.maxBytes, number(Math.max(0, b.maxBytes - b.usedBytes)) + ' of ' + number(b.maxBytes) + ' bytes left'),
      el('p', {class: 'quiet'}, 'Begins anew ', clock(b.resetAt)));
    return panel('Chain', {id: 'chain'}, ...out);
  };

  const costPanel = (p) => {
    const sum = p.cost.monthlyUsd;
    const out = p.cost.items.length === 0 ? [unknown('Unknown: the bucket was not listed whole, or this provider’s prices are not known.')] :
      [el('dl', {class: 'kv'}, p.cost.items.flatMap((item) => [el('dt', {}, item.name), el('dd', {title: item.why}, usd(item.monthlyUsd) + ' a month')])),
       el('p', {class: 'quiet'}, usd(sum) + ' a month in all, at prices of ' + p.cost.pricesOf + '; what readers fetch is not in it.')];
    if (p.cost.budgetUsd !== null && p.cost.items.length > 0) out.push(meter('Budget', sum, p.cost.budgetUsd, usd(sum) + ' of ' + usd(p.cost.budgetUsd)));
    else if (p.cost.budgetUsd === null) out.push(el('p', {class: 'quiet'}, 'No budget is set (spec.budget).'));
    return panel('Cost', {id: 'cost'}, ...out);
  };

  const readersPanel = (p) => panel('Reader’s view', {id: 'readers'}, unknown('Unknown: this process was told of no verification. To look as a reader does:'),
    el('pre', {}, 'reconcile verify -f ' + p.manifest));

  const healthPanel = (p, whole) => panel('Health', {id: 'health'}, el('dl', {class: 'kv'},
    p.domains.flatMap((d) => [el('dt', {}, d.domain), el('dd', {}, chip(d.completeness === 'none' ? 'not read' : d.completeness,
      d.completeness === 'complete' ? 'good' : d.completeness === 'partial' ? 'warn' : 'bad'), ' ', d.location, ' ', el('span', {class: 'quiet'}, d.detail))]),
    p.domains.length === 0 ? [el('dt', {}, 'endpoints'), el('dd', {class: 'unknown'}, 'unknown')] : [],
    el('dt', {}, 'last error'), el('dd', {}, p.lastError ? [chip(p.lastError.fault, 'bad'), ' ', p.lastError.address] : 'none'),
    el('dt', {}, 'loop'), el('dd', {}, 'last moved ' + span((Date.parse(whole.now) - Date.parse(whole.heartbeat)) / 1000) + ' ago'),
    el('dt', {}, 'journal'), el('dd', {}, p.guards.length === 0 ? el('span', {class: 'unknown'}, 'unknown') : p.guards.some((g) => g.used === null && g.name === 'maxDeletes') ? chip('not read', 'bad') : chip('read', 'good')),
    el('dt', {}, 'latency, clock, disk'), el('dd', {class: 'unknown'}, 'not measured here: reconcile doctor')));

  const guardsPanel = (p) => panel('Guards', {id: 'guards'}, p.guards.length === 0 ? unknown('Unknown: no pass has ended.') :
    p.guards.map((g) => g.used === null ? el('p', {}, g.name + ': ', el('span', {class: 'unknown'}, 'unknown')) :
      meter(g.name, g.used, g.limit, g.name === 'maxDeleteBytes' ? size(g.used) + ' of ' + size(g.limit) :
        number(g.used) + ' of ' + number(g.limit) + (g.name === 'maxDeletePercent' ? ' %' : ''))));

  const detail = (whole) => {
    const p = whole.publications[0], out = [];
    if (whole.publications.length === 0) return out;
    if (p.lastError) out.push(el('div', {class: 'notice' + (p.headline.tone === 'bad' ? '' : ' warn'), role: 'note'},
      el('strong', {}, p.lastError.address + ': ' + p.lastError.cause), el('p', {}, p.lastError.remedy)));
    out.push(el('div', {class: 'grid'}, planPanel(p), boardPanel(p), chainPanel(p), expiryPanel(p), timelinePanel(p), healthPanel(p, whole),
      guardsPanel(p), costPanel(p), transfersPanel(whole), readersPanel(p)));
    return out;
  };

  // ---- header and table

  const renderHeader = () => {
    const h = overview.headline, only = overview.publications.length === 1 ? overview.publications[0] : null;
    document.title = h.word + ' · reconcile';
    byId('head').replaceChildren(
      el('h1', {class: 'word ' + h.tone}, el('span', {class: 'dot', 'aria-hidden': 'true'}), h.word + ' ', el('small', {}, h.text)),
      el('p', {class: 'facts'}, only ? [el('span', {}, only.name), el('span', {}, 'manifest ' + only.manifestDigest.slice(7, 14)),
        el('span', {}, span(only.convergenceLagSeconds) + ' behind, cadence ' + span(only.cadenceSeconds))] :
        el('span', {}, counted(overview.publications.length, 'publication')),
        el('span', {}, 'reconcile ' + overview.tool.version), el('span', {}, 'as of ', clock(overview.now))),
      overview.manifestError ? el('div', {class: 'notice'}, el('strong', {}, overview.manifestError.cause), el('p', {}, overview.manifestError.remedy)) : '');
  };

  const ranks = ['Stalled', 'Blocked', 'Retrying', 'Drifted', 'Starting', 'Suspended', 'Converging', 'Converged'];
  const renderList = () => {
    const all = overview.publications;
    byId('list').hidden = all.length < 2;
    if (all.length < 2) return;
    const words = [...new Set(all.map((p) => p.headline.word))].sort((a, b) => ranks.indexOf(a) - ranks.indexOf(b));
    byId('filter').replaceChildren(el('option', {value: ''}, 'all'), ...words.map((word) => el('option', {value: word, selected: word === state ? '' : undefined}, word)));
    const found = all.filter((p) => p.name.toLowerCase().includes(sought) && (state === '' || p.headline.word === state));
    found.sort((a, b) => ranks.indexOf(a.headline.word) - ranks.indexOf(b.headline.word));
    const had = document.activeElement && document.activeElement.dataset.name;
    byId('count').textContent = number(found.length) + ' of ' + counted(all.length, 'publication');
    byId('rows').replaceChildren(...found.map((p) => {
      const button = el('button', {class: 'name', type: 'button', 'data-name': p.name}, p.name);
      return el('tr', {'aria-current': p.name === chosen ? 'true' : undefined}, el('td', {}, button), el('td', {}, chip(p.headline.word, p.headline.tone)),
        el('td', {class: 'num'}, span(p.convergenceLagSeconds)), el('td', {class: 'num'}, number(p.pending.reduce((sum, s) => sum + s.count, 0))),
        el('td', {}, p.passes.length ? p.passes[0].text.slice(0, 120) : el('span', {class: 'unknown'}, 'none yet')));
    }));
    if (had) for (const button of byId('rows').querySelectorAll('button')) if (button.dataset.name === had) button.focus();
  };

  const countDown = () => {
    for (const node of document.querySelectorAll('[data-due]')) {
      const left = (Date.parse(node.dataset.due) - Date.now()) / 1000 + skew;
      node.textContent = left > 0 ? 'Next pass in ' + span(left) : 'The next pass is due';
    }
  };

  // ---- getting it

  const get = async (path) => {
    const answer = await fetch(path, {cache: 'no-cache'});
    if (!answer.ok) throw new Error('HTTP ' + answer.status);
    return answer.json();
  };

  const look = async () => {
    try {
      overview = await get('/api/v1/overview');
      skew = (Date.now() - Date.parse(overview.now)) / 1000;
      const names = overview.publications.map((p) => p.name);
      if (!names.includes(chosen)) {
        const worst = [...overview.publications].sort((a, b) => ranks.indexOf(a.headline.word) - ranks.indexOf(b.headline.word))[0];
        chosen = worst ? worst.name : '';
      }
      renderHeader();
      renderList();
      const open = new Set([...document.querySelectorAll('#detail details[open] > summary')].map((s) => s.textContent));
      const whole = chosen ? await get('/api/v1/publications/' + encodeURIComponent(chosen)) : overview;
      const title = overview.publications.length > 1 ? [el('h2', {id: 'chosen', tabindex: -1}, chosen)] : [];
      const focused = document.activeElement && byId('detail').contains(document.activeElement);
      if (!focused || document.activeElement.id === 'chosen' || changed(whole)) byId('detail').replaceChildren(...title, ...(chosen ? detail(whole) :
        [el('section', {class: 'panel'}, unknown('No publication is looked after.'))]));
      for (const summary of document.querySelectorAll('#detail summary')) if (open.has(summary.textContent)) summary.parentElement.open = true;
      byId('plain').hidden = true;
      byId('live').hidden = false;
      byId('link').textContent = '';
      countDown();
    } catch (problem) {
      byId('link').textContent = 'No answer from the program (' + problem.message + '). What is shown may be old; it is asked again.';
    }
    document.documentElement.dataset.ready = '1';
  };

  // Asked for while it is at work, it looks once more; who waits for it waits for that look, too.
  let running = null, again = false;
  const refresh = () => {
    again = true;
    running = running || (async () => {
      while (again) { again = false; await look(); }
      running = null;
    })();
    return running;
  };

  let seen = '';
  const changed = (whole) => {
    const now = JSON.stringify([whole.publications, whole.transfers]);
    const other = now.replace(/"convergenceLagSeconds":\d+/, '') !== seen;
    seen = now.replace(/"convergenceLagSeconds":\d+/, '');
    return other;
  };

  byId('search').addEventListener('input', (event) => { sought = event.target.value.toLowerCase(); renderList(); });
  byId('filter').addEventListener('change', (event) => { state = event.target.value; renderList(); });
  byId('rows').addEventListener('click', async (event) => {
    const name = event.target.dataset.name;
    if (name === undefined) return;
    chosen = name;
    history.replaceState(null, '', '#' + encodeURIComponent(name));
    await refresh();
    if (byId('chosen')) byId('chosen').focus();
  });

  // Polls; a stream of events only makes it look sooner, so that losing it costs seconds.
  let period = 3000, timer = 0;
  const poll = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => { if (!document.hidden) await refresh(); poll(); }, overview && overview.transfers.length ? 1500 : period);
  };
  if (window.EventSource) {
    const events = new EventSource('/api/v1/events');
    events.addEventListener('change', () => { period = 15000; refresh().then(poll); });
    events.addEventListener('error', () => { period = 3000; poll(); if (events.readyState === 2) events.close(); });
  }
  setInterval(countDown, 1000);
  refresh().then(poll);
})();
