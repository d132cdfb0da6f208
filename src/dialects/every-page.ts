const PAGE = 1000

/** Their lists have no pages: everything, read page by page. */
export async function everyPage<Row, Place>(
  first: Place,
  placeOf: (row: Row) => Place,
  read: (after: Place, limit: number) => Promise<Row[]>,
): Promise<Row[]> {
  const all: Row[] = []
  for (let after = first; ; ) {
    const page = await read(after, PAGE)
    all.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return all
    after = placeOf(last)
  }
}
