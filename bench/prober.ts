// A client in a process of its own: asks for one address, a moment after each answer, until its input ends; then says what it saw.
const [url, key] = process.argv.slice(2)
if (!url || !key) throw new Error('usage: prober URL KEY')

const PAUSE_MS = 50
const times: number[] = []
let isOver = false
process.stdin.on('end', () => {
  isOver = true
})
process.stdin.resume()

while (!isOver) {
  const started = performance.now()
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } })
  await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  times.push(performance.now() - started)
  await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
}

times.sort((a, b) => a - b)
const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0)
console.log(JSON.stringify({ requests: times.length, p50: at(0.5), p99: at(0.99) }))
