// Invented posts, the same at each run: nobody here exists, and every address ends in `.example` (RFC 2606).

/** A small seeded generator (xorshift32): uniform in [0, n). */
export function generator(seed) {
  let state = seed >>> 0 || 1
  return n => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % n
  }
}

const adjectives = ['quiet', 'amber', 'early', 'plain', 'brisk', 'lunar', 'paper', 'salty', 'north', 'mossy']
const animals = ['otter', 'heron', 'badger', 'finch', 'lynx', 'newt', 'raven', 'shrew', 'tapir', 'vole']
const openings = ['After a week with', 'Nobody told me about', 'Benchmarked', 'Still not sure about', 'Short note on',
  'Question about', 'Finally replaced', 'Three things I learned from', 'Unpopular view on', 'Field report:']
const subjects = ['a heat pump in an old brick house', 'self-hosted object storage', 'the new tram timetable',
  'keyboards without a number pad', 'growing tomatoes on a balcony', 'columnar files for daily exports',
  'the local library’s repair evening', 'second-hand e-bikes', 'a 40-line backup script', 'rain radar apps']
const endings = ['it simply works.', 'I would do it again.', 'the numbers surprised me.', 'what am I missing?',
  'the manual is wrong on page two.', 'your mileage may vary.', 'costs are in the comments.',
  'next time with photos.', 'it broke on the third day. 🙃', 'für mich reicht das völlig.']
const communities = ['r/technology', 'r/homelab', 'r/gardening', 'r/transit', 'r/dataengineering']
const tags = ['#homelab', '#transit', '#gardening', '#opendata', '#repair']

const pick = (random, list) => list[random(list.length)]
const sentence = random => `${pick(random, openings)} ${pick(random, subjects)}: ${pick(random, endings)}`
const user = random => `${pick(random, adjectives)}_${pick(random, animals)}_${random(900) + 100}`
const base36 = (random, length) => Array.from({ length }, () => random(36).toString(36)).join('')
const iso = seconds => new Date(seconds * 1000).toISOString().replace('.000Z', '+00:00')

/** Posts and comments with the 17 columns that the subnet's validators expect of a Reddit file. */
export function redditRows(seed, count, start) {
  const random = generator(seed)
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * 7 + random(7)
    const community = pick(random, communities)
    const isComment = random(3) > 0
    const id = (isComment ? 't1_' : 't3_') + base36(random, 7)
    const post = base36(random, 7)
    return {
      datetime: iso(at), label: community, id, username: user(random), communityName: community,
      body: Array.from({ length: 1 + random(3) }, () => sentence(random)).join(' '),
      title: isComment ? '' : sentence(random), createdAt: iso(at), dataType: isComment ? 'comment' : 'post',
      parentId: isComment ? `t3_${post}` : '', url: `https://reddit.example/${community}/comments/${post}/${id}/`,
      media: '', is_nsfw: false, score: random(900) - 20, upvote_ratio: (60 + random(40)) / 100,
      num_comments: isComment ? 0 : random(150), scrapedAt: iso(at - at % 60 + 600),
    }
  })
}

/** Posts with the 33 columns expected of an X file; ids carry the post's time, as real ones do. */
export function xRows(seed, count, start) {
  const random = generator(seed)
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * 11 + random(11)
    const tag = pick(random, tags)
    const name = user(random)
    const id = ((BigInt(at) * 1000n - 1288834974657n) << 22n | BigInt(random(1 << 22))).toString()
    const isReply = random(4) === 0
    return {
      datetime: iso(at), label: tag, username: name, text: `${sentence(random)} ${tag}`, tweet_hashtags: `["${tag}"]`,
      timestamp: iso(at), url: `https://x.example/${name}/status/${id}`, media: '', user_id: String(10_000_000 + random(90_000_000)),
      user_display_name: name.split('_').slice(0, 2).join(' '), user_verified: false, tweet_id: id, is_reply: isReply,
      is_quote: false, conversation_id: id, in_reply_to_user_id: isReply ? String(10_000_000 + random(90_000_000)) : '',
      language: 'en', in_reply_to_username: isReply ? user(random) : '', quoted_tweet_id: '', like_count: random(400),
      retweet_count: random(60), reply_count: random(30), quote_count: random(9), view_count: 50 + random(9000),
      bookmark_count: random(20), user_blue_verified: random(9) === 0, user_description: '', user_location: '',
      profile_image_url: '', cover_picture_url: '', user_followers_count: random(5000), user_following_count: random(900),
      scraped_at: iso(at - at % 60 + 600),
    }
  })
}
