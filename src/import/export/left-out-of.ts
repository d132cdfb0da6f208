import { finished } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { headingOf, LEFT_OUT } from '../file/columns.ts'
import { unguard } from '../file/csv.ts'

/** Passes an exported file of contracts on as it comes, and adds to `names` the contracts of which it cannot carry everything. */
export async function* namingLeftOut(
  content: AsyncIterable<Uint8Array | string>,
  names: Set<string>,
): AsyncGenerator<Uint8Array> {
  const parser = parse({ bom: true, delimiter: ';', columns: true })
  parser.on('data', (row: Record<string, string>) => {
    if ((row[LEFT_OUT] ?? '') !== '') names.add(unguard(row[headingOf('code')] || row[headingOf('contractId')] || ''))
  })
  for await (const chunk of content) {
    parser.write(chunk)
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
  parser.end()
  await finished(parser)
}
