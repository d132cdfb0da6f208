import { confined, layers, packages } from './layers.ts'
import { isNoun, nouns } from './nouns.ts'
import { type Import, lineAt, moduleOf, type Source } from './sources.ts'
import { moduleOfTable } from './tables.ts'

/** One thing that a file does and should not. */
export interface Finding {
  path: string
  line: number
  what: string
}

export const showFinding = ({ path, line, what }: Finding): string => `${path}:${line} ${what}`

type Rule = (sources: readonly Source[]) => Finding[]

const finding = (source: Source, line: number, what: string): Finding => ({ path: source.path, line, what })

/** A rule about one file at a time, for those that `applies` picks. */
function each(applies: (source: Source) => boolean, look: (source: Source) => Finding[]): Rule {
  return sources => sources.filter(applies).flatMap(look)
}

/** Every place where the pattern stands in the code, comments and quoted texts left out. */
function inCode(source: Source, pattern: RegExp, what: (match: string) => string): Finding[] {
  return [...source.code.matchAll(pattern)].map(match => finding(source, lineAt(source.code, match.index), what(match[0].trim())))
}

function inQuoted(source: Source, pattern: RegExp, what: (match: string) => string): Finding[] {
  return source.quoted.flatMap(({ line, text }) =>
    [...text.matchAll(pattern)].map(match => finding(source, line - 1 + lineAt(text, match.index), what(match[0]))),
  )
}

const inSrc = (source: Source) => source.path.startsWith('src/') && !source.isTest
const isIn = (path: string, places: readonly string[]) => places.some(place => path.startsWith(place))
const isStore = (path: string) => path.endsWith('-store.ts')

// ---------------------------------------------------------------------------------------------------------------- Who knows whom

const rowOf = (module: string) => layers.findIndex(row => row.includes(module))

export const importsGoUpstream = each(inSrc, source => {
  const module = moduleOf(source.path) ?? ''
  const own = rowOf(module)
  if (own === -1) return [finding(source, 1, `${module} has no row in test/house/layers.ts`)]
  return source.imports
    .filter(one => one.isOurs)
    .flatMap(one => {
      const theirs = moduleOf(one.of)
      if (theirs === module) return []
      if (theirs === null)
        return one.of === 'package.json' ? [] : [finding(source, one.line, `imports ${one.of}, which is not of the product`)]
      const limits = confined[module]
      if (limits && !limits.to.includes(theirs)) return [finding(source, one.line, `imports ${one.of}: ${limits.because}`)]
      return rowOf(theirs) > own ? [finding(source, one.line, `imports ${one.of}, which lies downstream`)] : []
    })
})

/** Types do not count: they are gone at run time, and a part may name the shape that the whole hands it. */
export const noFileLeadsBackToItself: Rule = sources => {
  const byPath = new Map(sources.map(source => [source.path, source]))
  const settled = new Set<string>()
  const found: Finding[] = []
  const walk = (source: Source, trail: readonly string[]): void => {
    if (settled.has(source.path)) return
    const along = [...trail, source.path]
    for (const one of source.imports.filter(one => !one.onlyTypes)) {
      const next = byPath.get(one.of)
      if (next === undefined) continue
      const at = along.indexOf(next.path)
      if (at === -1) walk(next, along)
      else found.push(finding(source, one.line, `leads back to itself: ${[...along.slice(at), next.path].join(' → ')}`))
    }
    settled.add(source.path)
  }
  for (const source of sources) walk(source, [])
  return found
}

export const packagesStayBehindTheirDoor = each(inSrc, source =>
  source.imports
    .filter(one => !one.isOurs && !one.onlyTypes)
    .flatMap(one => {
      const name = Object.keys(packages).find(name => one.of === name || one.of.startsWith(`${name}/`))
      const door = name === undefined ? undefined : packages[name]
      return door && !isIn(source.path, door)
        ? [finding(source, one.line, `imports ${one.of}, which belongs to ${door.join(', ')}`)]
        : []
    }),
)

/** The command line is a client of the API: of the modules it takes the shapes of answers and what nouns say. */
export const theCommandLineIsAClient = each(
  source => inSrc(source) && source.path.startsWith('src/cli/') && !isIn(source.path, serverSideOfTheCommandLine),
  source =>
    source.imports
      .filter(one => one.isOurs && !one.onlyTypes)
      .filter(one => moduleOf(one.of) !== 'cli' && !isNoun(one.of))
      .map(one => finding(source, one.line, `imports ${one.of}: the command line is a client of the API`)),
)

/** What runs inside the server's process, or reads its folder while no server runs. */
const serverSideOfTheCommandLine = ['src/cli/serve/', 'src/cli/sql/', 'src/cli/demo/demo-server.ts']

// ------------------------------------------------------------------------------------------------------------------------ Nouns

/** Waits, draws lots, or touches the process. */
const acting = /\b(?:async|await|Promise|randomUUID|randomBytes|randomInt|setTimeout|console|process)\b|\bMath\.random\b/g

/** The right to act is a type as well: whoever takes a Ctx or a Tx is no noun. */
const grantsActing = (one: Import) => one.of === 'src/platform/context.ts' || one.of.startsWith('src/platform/db/')

function whyNoNoun(one: Import): string | null {
  if (!one.isOurs) return one.onlyTypes || one.of === 'node:crypto' ? null : `imports the package ${one.of}`
  if (one.onlyTypes) return grantsActing(one) ? `imports ${one.of}: who may act is no noun` : null
  return isNoun(one.of) ? null : `imports ${one.of}, which is no noun`
}

export const nounsAreDecisionsOnly = each(
  source => inSrc(source) && isNoun(source.path),
  source => [
    ...source.imports.flatMap(one => {
      const why = whyNoNoun(one)
      return why === null ? [] : [finding(source, one.line, `a noun ${why}`)]
    }),
    ...inCode(source, acting, match => `a noun uses ${match}`),
  ],
)

const notNouns = /(?:^|\/)(?:[\w-]+-)?(?:store|wire|routes)\.ts$/

/** The list is whole: what decides and does nothing else stands on it, so that it cannot begin to act unseen. */
export const nounsAreListed: Rule = sources => {
  const paths = new Set(sources.map(source => source.path))
  const gone = nouns
    .filter(path => !paths.has(path))
    .map(path => ({ path: 'test/house/nouns.ts', line: 1, what: `lists ${path}, which is not there` }))
  const candidates = sources.filter(
    source => inSrc(source) && !isNoun(source.path) && !notNouns.test(source.path) && isOfTheBusiness(source.path),
  )
  const unlisted = candidates.filter(
    source => source.imports.every(one => whyNoNoun(one) === null) && source.code.search(acting) === -1,
  )
  return [...gone, ...unlisted.map(source => finding(source, 1, 'does nothing but decide: add it to test/house/nouns.ts'))]
}

const isOfTheBusiness = (path: string) => !isIn(path, ['src/platform/', 'src/app/', 'src/cli/', 'src/verify/', 'src/main.ts'])

// -------------------------------------------------------------------------------------------------------------------------- SQL

/** `verify` is SQL and little else; the question that `bordero sql` puts is its user's. */
const placesOfSql = ['src/platform/', 'src/verify/', 'src/cli/sql/']

export const sqlStandsInStores = each(
  source => inSrc(source) && !isStore(source.path) && !isIn(source.path, placesOfSql),
  source => [
    ...source.imports
      .filter(one => one.of === 'kysely')
      .map(one => finding(source, one.line, 'imports kysely: SQL belongs to a store')),
    ...inCode(
      source,
      /\bsql\s*(?:<[^`(;]*>)?\s*`|\.(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|executeQuery)\b/g,
      match => `has SQL outside a store (${match})`,
    ),
    ...inQuoted(
      source,
      /^\s*(?:select\s[\s\S]*\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\s/g,
      match => `has SQL outside a store (${match.trim().split(/\s+/)[0]} …)`,
    ),
  ],
)

const writing = /\b(?:insert\s+into|update|delete\s+from|merge\s+into)\s+([a-z_]+)/g
const writingByName = /\binsertRows\(\s*\w+\s*,\s*\w+(?:\.\w+)?\s*,\s*'([a-z_]+)'/g

export const eachTableIsWrittenByItsModule = each(inSrc, source => {
  const module = moduleOf(source.path)
  const written = [
    ...source.quoted.flatMap(({ line, text }) =>
      [...text.matchAll(writing)].map(match => ({ table: match[1] ?? '', line: line - 1 + lineAt(text, match.index) })),
    ),
    ...[...source.uncommented.matchAll(writingByName)].map(match => ({
      table: match[1] ?? '',
      line: lineAt(source.uncommented, match.index),
    })),
  ]
  return written
    .filter(({ table }) => (moduleOfTable(table) ?? module) !== module)
    .map(({ table, line }) => finding(source, line, `writes ${table}, which is ${moduleOfTable(table)}'s`))
})

// ---------------------------------------------------------------------------------------------------- Time, environment, chance

const clockFile = 'src/platform/clock.ts'

/** A stopwatch tells how long something took, never what day it is. */
const stopwatches = ['src/platform/', 'src/cli/']

export const oneFileReadsTheClock = each(
  source => inSrc(source) && source.path !== clockFile,
  source => [
    ...inCode(source, /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)/g, match => `reads the machine's clock (${match})`),
    ...(isIn(source.path, stopwatches)
      ? []
      : inCode(source, /\bperformance\.now\b|\bhrtime\b/g, match => `reads the machine's clock (${match})`)),
    ...(source.path === 'src/core/dates.ts'
      ? []
      : inCode(source, /\bnew Date\(\s*[^)\s]/g, () => 'makes a Date: days and instants are made in core/dates.ts')),
  ],
)

/** A worker looks again a moment later whether a killed one's lease has run out. */
const waitsForALease = 'src/billing-run/work-run.ts'

/** Machinery waits; the business has rows with a date. */
export const theBusinessWaitsForNobody = each(
  source => inSrc(source) && !isIn(source.path, ['src/platform/', 'src/app/', 'src/cli/', waitsForALease]),
  source =>
    inCode(source, /\bset(?:Timeout|Interval|Immediate)\b/g, match => `uses ${match}: what happens later is a row of due_work`),
)

/** Leases are the machinery's, and live by the database's clock, which all workers share. */
const leases = 'src/billing-run/run-store.ts'

/** A client counts the seconds between its calls, wherever a sandbox stands; all processes share the database's clock. */
const callsTooSoon = 'src/dialects/call-store.ts'

export const sqlDoesNotAskTheTime = each(
  source => inSrc(source) && !isIn(source.path, ['src/platform/db/', leases, callsTooSoon]),
  source =>
    inQuoted(
      source,
      /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\bcurrent_(?:date|time|timestamp)\b/g,
      match => `asks SQL for the time (${match}): the account's clock decides`,
    ),
)

const environmentFiles = ['src/app/config.ts', 'src/cli/environment.ts']

export const theEnvironmentIsReadOnce = each(
  source => inSrc(source) && !environmentFiles.includes(source.path),
  source => inCode(source, /\bprocess\.env\b/g, () => `reads process.env outside ${environmentFiles.join(', ')}`),
)

// ------------------------------------------------------------------------------------------------------------------------ Money

export const moneyIsNoFloat = each(
  source => inSrc(source) && source.path !== 'src/core/money.ts',
  source => [
    ...inCode(source, /\b(?:Number\.)?parseFloat\b|\.toFixed\b|\.toPrecision\b/g, match => `uses ${match} outside core/money.ts`),
    ...inCode(source, /\bMath\.(?:round|floor|ceil|trunc)\([^;\n]*/g, match => match)
      .filter(({ what }) => /cents|amount|price/i.test(what))
      .map(one => ({ ...one, what: `rounds money outside core/money.ts (${one.what})` })),
    // A product of cents is a plain number again, and only what is whole passes for Cents; a quotient has forgotten how to round.
    ...inCode(source, /\b\w*[Cc]ents\s*[/%]\s*[\w(]/g, match => `divides cents outside core/money.ts (${match})`),
  ],
)

// --------------------------------------------------------------------------------------------------------------- Names and shape

const vendor = /omie|hubsoft|nibo|fintera|billimatic|emites|cobrato|myfinance/i

/** Comments may cite a seed; tests may show what a user brings along. */
export const vendorsStayInTheirFolder = each(
  source => inSrc(source) && !/^src\/(?:dialects|connectors)\//.test(source.path) && source.path !== 'src/app/routes.ts',
  source => {
    const every = new RegExp(`\\w*(?:${vendor.source})\\w*`, 'gi')
    const name = (match: string) => `names a vendor (${match}) outside src/dialects`
    const inPath = vendor.test(source.path) ? [finding(source, 1, name(source.path))] : []
    return [...inPath, ...inCode(source, every, name), ...inQuoted(source, every, name)]
  },
)

export const typesAreKept = each(
  source => !source.path.startsWith('test/house'),
  source => {
    const ignoring = source.lines.flatMap((line, i) =>
      /@ts-(?:ignore|nocheck|expect-error)/.test(line) ? [finding(source, i + 1, 'silences the compiler')] : [],
    )
    // Biome wants a reason for the few that remain, which are in tests.
    const any = source.isTest ? [] : inCode(source, /(?:[:<,|&(]|\bas)\s*any\b(?!\s*[(.:])/g, () => 'uses any')
    return [...ignoring, ...any]
  },
)

/** Vitest asks for one. */
const defaultDemanded = 'test/database/global-setup.ts'

export const nothingIsExportedByDefault = each(
  source => source.path !== defaultDemanded,
  source => inCode(source, /\bexport\s+default\b|\bas\s+default\b/g, () => 'exports by default'),
)

export const nothingIsABarrel = each(
  () => true,
  source => [
    ...(/(?:^|\/)index\.ts$/.test(source.path) ? [finding(source, 1, 'is a barrel by its name')] : []),
    ...inCode(source, /\bexport\s+\*/g, () => 'hands on everything of another file'),
    ...(source.code.replace(/\bexport\s+(?:type\s+)?\{[^}]*\}\s*from\s*'\s*'/g, '').trim() === ''
      ? [finding(source, 1, 'is a barrel: it only hands on')]
      : []),
  ],
)

const saysNothing = /(?:^|[/-])(?:utils?|helpers?|common|misc|shared|managers?)(?=[/.-])/

export const namesSayWhatIsInside = each(
  () => true,
  source => (saysNothing.test(source.path) ? [finding(source, 1, 'has a name that says nothing')] : []),
)

const mostLines = 400

/** A test is read one case at a time and may be longer. */
export const filesAreShort = each(
  source => !source.isTest,
  source => (source.lines.length > mostLines ? [finding(source, source.lines.length, `has more than ${mostLines} lines`)] : []),
)
