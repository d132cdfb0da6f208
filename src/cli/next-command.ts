import type { Target } from './client.ts'
import { startedAs } from './started-as.ts'
import { usualCredentialsFile } from './target.ts'

/** How a command is typed in a clone, so that it reaches the server that this one spoke with. */
export function nextCommand({ source, url }: Target): (args: string) => string {
  return args => `${startedAs} ${args}${reaching(source, url)}`
}

function reaching(source: string, url: string): string {
  if (source === '--url') return ` --url ${url} --key …`
  // What stands in the environment stands there for the next command too.
  return source === 'BORDERO_URL' || source === usualCredentialsFile() ? '' : ` --credentials-file ${source}`
}
