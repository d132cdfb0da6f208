// Shows the account's last billing run and its last verification. A client of the API like any other, with the key that somebody pasted.

const kept = 'bordero.key'
const pauseMs = 500
const element = id => document.getElementById(id)

const runStates = {
  previewing: 'preparando a prévia',
  previewed: 'prévia pronta, nada faturado ainda',
  preparing: 'decidindo o que faturar',
  running: 'faturando',
  paused: 'parada',
  done: 'concluída',
  error: 'parou com itens a resolver',
  expired: 'prévia vencida',
  cancelled: 'cancelada',
}

const modes = {
  full: 'tudo',
  incremental: 'o que mudou desde a última verificação limpa',
  since: 'o que mudou desde um ponto anotado',
}

let key = ''

async function ask(path, body) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const headers = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const response = await fetch(path, { ...init, headers })
  const answer = await response.json()
  if (response.ok) return answer
  throw Object.assign(new Error(answer.detail), { isOfKey: response.status === 401 })
}

const reais = cents => (cents / 100).toLocaleString('pt-BR', { style: 'currency', currency: 'BRL' })
const dayOf = date => date.split('-').reverse().join('/')
const momentOf = instant => new Date(instant).toLocaleString('pt-BR', { timeZone: 'America/Sao_Paulo' })

function table(rows) {
  const shown = document.createElement('table')
  for (const cells of rows) {
    const line = document.createElement('tr')
    for (const text of cells) line.append(Object.assign(document.createElement('td'), { textContent: text }))
    shown.append(line)
  }
  return shown
}

function showRun(run) {
  if (run === undefined) return element('run').replaceChildren('Ainda não houve nenhuma execução nesta conta.')
  const { id, day, state, counters, totals, outcomes } = run
  element('run').replaceChildren(
    table([
      ['Execução', `${id}, de ${dayOf(day)}: ${runStates[state] ?? state}`],
      ['Vencidos', counters.due],
      ['Faturados', `${counters.billed} (${reais(totals.billedCents)})`],
      ['Não faturados', `${counters.notBilled + counters.parked} (${reais(totals.notBilledCents)})`],
      ...outcomes
        .filter(outcome => outcome.class !== 'billed')
        .map(({ items, outcome, sentence }) => [`${items} × ${outcome}`, sentence]),
    ]),
  )
}

function showVerification(verification) {
  if (verification === undefined)
    return element('verification').replaceChildren('Ainda não houve nenhuma verificação nesta conta.')
  const { id, finishedAt, result } = verification
  if (result === null) return element('verification').replaceChildren('Conferindo…')
  const { clean, mode, checked, findings, due } = result
  element('verification').replaceChildren(
    table([
      ['Verificação', `${id}, de ${momentOf(finishedAt)}: ${clean ? 'nada está errado' : 'há algo errado'}`],
      [
        'Conferidos',
        `${checked.invoices} faturas, ${checked.periods} períodos, ${checked.receivables} parcelas; ${modes[mode] ?? mode}`,
      ],
      ...findings.slice(0, 20).map(({ code, sentence }) => [code, sentence]),
      ...Object.entries(due).map(([reason, count]) => ['Vencido e não faturado', `${count} × ${reason}`]),
    ]),
  )
}

async function look() {
  const runs = await ask('/v1/billing-runs?limit=1')
  const verifications = await ask('/v1/verifications?limit=1')
  sessionStorage.setItem(kept, key)
  element('enter').hidden = true
  element('account').hidden = false
  element('note').textContent = ''
  showRun(runs.data[0])
  showVerification(verifications.data[0])
}

async function verify() {
  for (let it = await ask('/v1/verifications', {}); ; it = await ask(`/v1/verifications/${it.id}`)) {
    showVerification(it)
    if (it.state === 'done') return
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}

function tell(error) {
  if (error.isOfKey) sessionStorage.removeItem(kept)
  element('note').textContent = error instanceof TypeError ? 'O servidor não respondeu.' : error.message
}

function open(given) {
  key = given
  look().catch(tell)
}

element('enter').addEventListener('submit', event => {
  event.preventDefault()
  open(element('key').value.trim())
})
element('verify').addEventListener('click', () => verify().catch(tell))
element('refresh').addEventListener('click', () => look().catch(tell))

// What follows # stays in the browser, so the demo may print an address that opens at once.
const given = new URLSearchParams(location.hash.slice(1)).get('key') ?? sessionStorage.getItem(kept)
if (given) {
  history.replaceState(null, '', location.pathname)
  open(given)
}
