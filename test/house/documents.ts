import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import type { Finding } from './rules.ts'

const root = new URL('../..', import.meta.url).pathname

/** A document that sends a newcomer to a file which is not there is worse than none. */
export function readDocuments(): { path: string; text: string }[] {
  const under = (folder: string) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter(entry => entry.isFile() && entry.name.endsWith('.md'))
      .map(entry => join(entry.parentPath, entry.name).slice(root.length))
  const atRoot = readdirSync(root).filter(name => name.endsWith('.md'))
  return [...atRoot, ...under('docs'), ...under('src')]
    .sort()
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** `src/a/b.ts`, a/b.ts under src, b.ts beside a README of src; and the target of every link. A bare name elsewhere is an example. */
const named = /`(?<quoted>[\w./-]*[\w-]\.(?:ts|sql|md|json|csv|js|css))`|\]\((?<link>[^)#:\s]+)(?:#[^)]*)?\)/g

export function namesWhatIsThere({ path, text }: { path: string; text: string }): Finding[] {
  return text.split('\n').flatMap((line, i) =>
    [...line.matchAll(named)].flatMap(match => {
      const { quoted, link } = match.groups ?? {}
      const places = link === undefined ? ['', 'src', 'test', dirname(path)] : [dirname(path)]
      const target = link ?? quoted ?? ''
      if (link === undefined && !target.includes('/') && !path.startsWith('src/')) return []
      return places.some(place => existsSync(join(root, place, target)))
        ? []
        : [{ path, line: i + 1, what: `names ${target}, which is not there` }]
    }),
  )
}
