// Writes examples/quickstart/buffer (what a scraper would have left there) and tests/buffer/data (Parquet of a second
// writer and of other shapes), then reads everything back with two independent readers. Same bytes at each run with
// the same Node.js (its zlib makes the .gz files).
//
//   npm ci && npm run generate
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { ByteWriter, parquetWrite, parquetWriteBuffer } from 'hyparquet-writer'
import * as wasm from 'parquet-wasm/node'
import { redditRows, xRows } from './rows.mjs'

const buffer = fileURLToPath(new URL('../../../examples/quickstart/buffer/', import.meta.url))
const data = fileURLToPath(new URL('../../buffer/data/', import.meta.url))
const morning = Date.UTC(2026, 10, 22, 6, 0, 0) / 1000

const json = rows => JSON.stringify(rows, null, 1) + '\n'
const lines = rows => rows.map(row => JSON.stringify(row) + '\n').join('')
/** Level 9, no name, no time; byte 9 (operating system) set to "unknown" so that it does not tell where it was made. */
const gzip = text => {
  const bytes = gzipSync(text, { level: 9 })
  bytes[9] = 255
  return bytes
}

function columnsOf(rows) {
  return Object.keys(rows[0]).map(name => {
    const sample = rows[0][name]
    const type = typeof sample === 'string' ? 'STRING' : typeof sample === 'boolean' ? 'BOOLEAN' :
      name === 'upvote_ratio' ? 'DOUBLE' : 'INT32'
    return { name, type, data: rows.map(row => row[name]), nullable: false }
  })
}
const parquet = (rows, options) => new Uint8Array(parquetWriteBuffer({ columnData: columnsOf(rows), createdBy: 'sample', ...options }))

/** The subnet's name for a file: when, how many rows, 16 hex digits. */
const nameOf = (rows, seconds, bytes) => {
  const [day, time] = new Date(seconds * 1000).toISOString().split(/[T.]/)
  const tail = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return `data_${day.replaceAll('-', '')}_${time.replaceAll(':', '')}_${rows.length}_${tail}.parquet`
}

const expected = new Map()  // file -> rows, for the check below
function put(folder, name, bytes, rows) {
  writeFileSync(folder + name, bytes)
  if (rows) expected.set(folder + name, rows)
}

for (const folder of [buffer, data]) {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) rmSync(folder + name)
}

// The quickstart's buffer.
const reddit = redditRows(13, 600, morning), x = xRows(17, 400, morning)
const redditFile = parquet(reddit, { rowGroupSize: 200 }), xFile = parquet(x, { rowGroupSize: 150 })
put(buffer, nameOf(reddit, morning + 4500, redditFile), redditFile, reddit)
put(buffer, nameOf(x, morning + 4530, xFile), xFile, x)
put(buffer, 'reddit_2026-11-22_06.jsonl.gz', gzip(lines(redditRows(101, 180, morning))))
put(buffer, 'x_2026-11-22_06.json.gz', gzip(json(xRows(102, 90, morning))))
put(buffer, 'reddit_2026-11-22_07.jsonl', lines(redditRows(103, 60, morning + 3600)))
const whole = gzip(json(xRows(104, 60, morning - 3600)))
put(buffer, 'x_2026-11-22_05.json.gz', whole.subarray(0, Math.floor(whole.length * 0.7)))  // the scraper was killed
put(buffer, 'reddit_2026-11-22_08.jsonl.tmp', lines(redditRows(105, 5, morning + 7200)).slice(0, -40))  // being written

// Shapes for the reader's tests.
const few = redditRows(7, 40, morning)
put(data, 'uncompressed.parquet', parquet(few, { codec: 'UNCOMPRESSED', rowGroupSize: 15 }), few)
put(data, 'zero_rows.parquet', new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'a', type: 'STRING', data: [] }] })), [])
const nested = [{ id: 1, tags: ['a', 'b'] }, { id: 2, tags: [] }, { id: 3, tags: ['c'] }]
const writer = new ByteWriter()
parquetWrite({
  writer, createdBy: 'sample',
  columnData: [{ name: 'id', data: nested.map(r => r.id) }, { name: 'tags', data: nested.map(r => r.tags) }],
  schema: [
    { name: 'root', num_children: 2 }, { name: 'id', type: 'INT32', repetition_type: 'REQUIRED' },
    { name: 'tags', repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED', converted_type: 'UTF8' },
  ],
})
put(data, 'nested.parquet', new Uint8Array(writer.getBuffer()), nested)
// The Rust implementation of Parquet writes other encodings, statistics and offsets.
for (const [name, codec] of [['rust_zstd.parquet', wasm.Compression.ZSTD], ['rust_gzip.parquet', wasm.Compression.GZIP]]) {
  const table = wasm.readParquet(parquet(few))
  const properties = new wasm.WriterPropertiesBuilder().setCompression(codec).setMaxRowGroupSize(25).build()
  put(data, name, wasm.writeParquet(table, properties), few)
}

// Both readers must see what was written.
let total = 0
for (const [path, rows] of expected) {
  const bytes = readFileSync(path)
  const metadata = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const seen = rows.length ? wasm.readParquet(bytes).intoIPCStream().length : 1
  if (Number(metadata.num_rows) !== rows.length || seen === 0) throw new Error(`${path}: read back wrong`)
  const codec = metadata.row_groups[0]?.columns[0].meta_data.codec ?? 'SNAPPY'
  if (!['SNAPPY', 'UNCOMPRESSED'].includes(codec)) continue  // hyparquet reads these two without help
  const back = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) })
  if (JSON.stringify(back) !== JSON.stringify(rows)) throw new Error(`${path}: rows differ`)
}
for (const name of readdirSync(buffer)) {
  const bytes = readFileSync(buffer + name)
  total += bytes.length
  if (name.endsWith('.gz') && name !== 'x_2026-11-22_05.json.gz') gunzipSync(bytes)
}
console.log(`${readdirSync(buffer).length} files, ${total} bytes in ${buffer}`)
