// A client in a process of its own: asks for one address on several connections for so many seconds, and says what it saw.
import { Agent, get } from 'node:http'

const [url, authorization, seconds, connections] = process.argv.slice(2)
if (!url || authorization === undefined || !seconds || !connections)
  throw new Error('usage: client URL AUTHORIZATION SECONDS CONNECTIONS')

const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })
const times: number[] = []
const end = performance.now() + Number(seconds) * 1000

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url ?? '', { agent, headers: authorization === '' ? {} : { authorization } }, response => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`))
      response.resume()
      response.once('end', resolve)
    })
    request.once('error', reject)
  })
}

const started = performance.now()
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (performance.now() < end) {
      const asked = performance.now()
      await ask()
      times.push(performance.now() - asked)
    }
  }),
)
const perSecond = times.length / ((performance.now() - started) / 1000)
agent.destroy()
times.sort((a, b) => a - b)
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
console.log(JSON.stringify({ perSecond, p50: at(0.5), p99: at(0.99) }))
