import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path/posix'
import { type Scanned, scan } from './scan.ts'

export interface Source extends Scanned {
  /** From the root of the repository: 'src/contracts/coverage.ts'. */
  path: string
  lines: string[]
  imports: Import[]
  isTest: boolean
}

export interface Import {
  line: number
  /** A path from the root for one of our files, else the package's own name. */
  of: string
  isOurs: boolean
  /** Nothing but types: gone at run time. */
  onlyTypes: boolean
}

const root = new URL('../..', import.meta.url).pathname
const skipped = new Set(['node_modules', '.git', 'dist', 'coverage'])

/** Every TypeScript file that a person wrote. */
export function readSources(): Source[] {
  return ['src', 'scripts', 'bench', 'sim', 'test', 'db'].flatMap(folder => pathsUnder(folder)).map(readOne)
}

function pathsUnder(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(path => !path.split('/').some(part => skipped.has(part)) && !generated.has(path))
    .sort()
}

const generated: ReadonlySet<string> = new Set(['src/platform/schema.ts'])

function readOne(path: string): Source {
  return sourceOf(path, readFileSync(join(root, path), 'utf8'))
}

export function sourceOf(path: string, text: string): Source {
  const scanned = scan(text)
  return {
    path,
    lines: text.trimEnd().split('\n'),
    imports: importsOf(path, scanned.uncommented),
    isTest: path.startsWith('test/') || path.endsWith('.test.ts'),
    ...scanned,
  }
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`. */
const importing =
  /\b(?:(import|export)\s+(type\s+)?((?:[\w$*]+\s*,\s*)?(?:\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?|[\w$]+))\s+from\s+|import\s*\(?\s*)'([^'\n]+)'/g

function importsOf(path: string, uncommented: string): Import[] {
  return [...uncommented.matchAll(importing)].map(match => {
    const [, , type, names = '', of = ''] = match
    const isOurs = of.startsWith('.')
    return {
      line: lineAt(uncommented, match.index),
      of: isOurs ? join(dirname(path), of) : of,
      isOurs,
      onlyTypes: type !== undefined || isListOfTypes(names),
    }
  })
}

/** `{ type A, type B }` */
function isListOfTypes(names: string): boolean {
  const list = /^\{([^}]*)\}$/.exec(names.trim())?.[1]
  const each = list
    ?.split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  return each?.every(name => name.startsWith('type ')) ?? false
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** 'contracts' of 'src/contracts/coverage.ts'; 'main.ts' of 'src/main.ts'; null outside src. */
export function moduleOf(path: string): string | null {
  const [first, second] = path.split('/')
  return first === 'src' && second !== undefined ? second : null
}
