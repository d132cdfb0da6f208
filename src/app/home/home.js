// Shows the account's last billing run. A client of the API like any other: it has the key that somebody pasted.

const kept = 'bordero.key'
const form = document.getElementById('enter')
const field = document.getElementById('key')
const note = document.getElementById('note')
const place = document.getElementById('run')

const states = {
  previewing: 'preparando a prévia',
  previewed: 'prévia pronta',
  preparing: 'decidindo o que faturar',
  running: 'faturando',
  paused: 'parada',
  done: 'concluída',
  error: 'concluída com itens a resolver',
  expired: 'prévia vencida',
  cancelled: 'cancelada',
}

function reais(cents) {
  return (cents / 100).toLocaleString('pt-BR', { style: 'currency', currency: 'BRL' })
}

function row(name, value) {
  const line = document.createElement('tr')
  for (const text of [name, value]) line.append(Object.assign(document.createElement('td'), { textContent: text }))
  return line
}

function show({ id, day, state, counters, totals, outcomes }) {
  const table = document.createElement('table')
  table.append(
    row('Execução', `${id}, de ${day.split('-').reverse().join('/')}: ${states[state] ?? state}`),
    row('Vencidos', counters.due),
    row('Faturados', `${counters.billed} (${reais(totals.billedCents)})`),
    row('Não faturados', counters.notBilled),
    row('Com problema', counters.parked),
    ...outcomes
      .filter(outcome => outcome.class !== 'billed')
      .map(outcome => row(`${outcome.items} × ${outcome.outcome}`, outcome.sentence)),
  )
  place.replaceChildren(table)
}

async function look(key) {
  const response = await fetch('/v1/billing-runs?limit=1', { headers: { authorization: `Bearer ${key}` } })
  const answer = await response.json()
  if (!response.ok) {
    sessionStorage.removeItem(kept)
    note.textContent = answer.detail
    return
  }
  sessionStorage.setItem(kept, key)
  const [run] = answer.data
  note.textContent = run ? '' : 'Ainda não houve nenhuma execução nesta conta.'
  if (run) show(run)
}

function begin(key) {
  look(key).catch(() => {
    note.textContent = 'O servidor não respondeu.'
  })
}

form.addEventListener('submit', event => {
  event.preventDefault()
  begin(field.value.trim())
})

// What follows # stays in the browser, so the demo may print an address that opens at once.
const given = new URLSearchParams(location.hash.slice(1)).get('key') ?? sessionStorage.getItem(kept)
if (given) {
  history.replaceState(null, '', location.pathname)
  begin(given)
}
