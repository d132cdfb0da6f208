// Shows the account's last billing run and its last verification. A client of the API like any other, with the key that somebody pasted.

import { dueReasons, modes, outcomes, remedies, runStates } from './home-words.js'

const kept = 'bordero.key'
const pauseMs = 1000
const patienceMs = 3000
const mostListed = 10
const moving = ['previewing', 'preparing', 'running']
const element = id => document.getElementById(id)

let key = ''
/** Answers that come after a later question was asked are nobody's. */
let turn = 0
let nextLook
/** What each part of the page shows, so that the same answer again does not build it anew under a reader's eyes. */
const shown = new Map()

// --- The API ---

class Fault extends Error {
  constructor(message, status) {
    super(message)
    this.status = status
  }
}

async function ask(path, body) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const headers = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const response = await fetch(path, { ...init, headers }).catch(() => {
    throw new Fault('O servidor não respondeu. Confira se ele está no ar; a página tenta de novo sozinha.', 0)
  })
  const answer = await response.json().catch(() => null)
  if (response.ok && answer !== null) return answer
  throw new Fault(answer?.detail ?? `O servidor respondeu ${response.status}, sem dizer por quê. Tente de novo.`, response.status)
}

// --- Words and figures ---

const whole = count => count.toLocaleString('pt-BR')
const counted = (count, one, many) => `${whole(count)} ${count === 1 ? one : many}`
const reais = cents => (cents / 100).toLocaleString('pt-BR', { style: 'currency', currency: 'BRL' })
const dayOf = date => date.split('-').reverse().join('/')
const momentOf = instant =>
  new Date(instant).toLocaleString('pt-BR', { dateStyle: 'short', timeStyle: 'short', timeZone: 'America/Sao_Paulo' })
const word = (words, code) => (Object.hasOwn(words, code) ? words[code] : code)

function made(tag, attributes, ...children) {
  const one = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value)
  one.append(...children)
  return one
}

/** Label, figure, and what is worth saying below it. */
function figures(all) {
  return made(
    'dl',
    { class: 'figures' },
    ...all.map(([label, figure, below]) =>
      made('div', {}, made('dt', {}, label), made('dd', {}, made('strong', {}, figure), made('span', {}, below ?? ''))),
    ),
  )
}

function list(title, entries) {
  return entries.length === 0 ? [] : [made('h3', {}, title), made('ul', { class: 'entries' }, ...entries)]
}

function replace(id, sentence, tone, content) {
  element(`${id}-state`).className = `verdict ${tone}`
  element(`${id}-state`).textContent = sentence
  element(id).replaceChildren(...content)
}

// --- The run ---

async function leftOver(run) {
  if (moving.includes(run.state)) return []
  const of = async (count, outcomeClass) =>
    count === 0 ? [] : (await ask(`/v1/billing-runs/${run.id}/items?kind=bill&class=${outcomeClass}&limit=${mostListed}`)).data
  const { parked, notBilled } = run.counters
  return [...(await of(parked, 'parked')), ...(await of(notBilled, 'not_billed'))].slice(0, mostListed)
}

async function loadRun() {
  const [run] = (await ask('/v1/billing-runs?limit=1')).data
  return run === undefined ? { run } : { run, items: await leftOver(run) }
}

function toneOf({ state, counters: { notBilled, parked } }) {
  if (moving.includes(state)) return ''
  if (state === 'error' || parked > 0) return 'bad'
  if (notBilled > 0) return 'doubt'
  return state === 'done' ? 'good' : ''
}

function showRun({ run, items }) {
  if (run === undefined)
    return replace('run', 'Ainda não houve nenhuma execução nesta conta.', '', [
      made('p', { class: 'muted' }, 'Para ver o que seria faturado hoje: ', made('code', {}, 'npx bordero preview')),
    ])
  const { id, day, state, counters, totals, emissions } = run
  const left = counters.notBilled + counters.parked
  const isMoving = moving.includes(state)
  const outside = state === 'done' && left > 0 ? `, ${counted(left, 'item ficou', 'itens ficaram')} de fora` : ''
  const said = `${id}, do dia ${dayOf(day)}: ${word(runStates, state)}${outside}`
  const remedy = remedies[state]?.(run)
  replace('run', said, toneOf(run), [
    ...(state === 'running' && counters.due > 0
      ? [made('progress', { value: counters.due - counters.pending, max: counters.due, 'aria-label': 'Itens já decididos' })]
      : []),
    figures([
      ['A decidir até este dia', whole(counters.due), counters.due === 1 ? 'período' : 'períodos'],
      ...(counters.pending > 0 ? [['A faturar', reais(totals.pendingCents), counted(counters.pending, 'item', 'itens')]] : []),
      ['Faturados', reais(totals.billedCents), counted(counters.billed, 'fatura', 'faturas')],
      ['Não faturados', reais(totals.notBilledCents), counted(left, 'item', 'itens')],
      // Billed before: beside the totals, never in them.
      ...(emissions.due > 0
        ? [['Faturas de antes', reais(emissions.emittedCents + emissions.goingOutCents), emissionsBelow(emissions)]]
        : []),
    ]),
    ...(remedy === undefined ? [] : [made('p', {}, ...withCommand(remedy))]),
    ...(isMoving ? [] : outcomeTable(run)),
    ...list(
      'Ficaram de fora',
      items.map(item => entryOf(run, item)),
    ),
    ...(left > items.length && !isMoving
      ? [
          made(
            'p',
            { class: 'muted' },
            `… e mais ${whole(left - items.length)}: `,
            made('code', {}, `npx bordero run items ${id}`),
          ),
        ]
      : []),
  ])
}

/** What becomes of the invoices that were there before, in the words of a preview and of a run. */
function emissionsBelow({ emitted, goingOut, awaitingApproval, customerOverdue }) {
  const parts = [
    ...(goingOut > 0 ? [`${whole(goingOut)} a emitir`] : []),
    ...(emitted > 0 ? [counted(emitted, 'emitida', 'emitidas')] : []),
    ...(awaitingApproval > 0 ? [`${whole(awaitingApproval)} à espera de aprovação`] : []),
    ...(customerOverdue > 0 ? [`${whole(customerOverdue)} de cliente em atraso`] : []),
  ]
  return parts.length === 0 ? 'nada a emitir' : parts.join('; ')
}

function withCommand(text) {
  const at = text.indexOf('npx ')
  return [text.slice(0, at), made('code', {}, text.slice(at))]
}

const order = ['parked', 'not_billed', 'pending', 'billed']

/** Every period of the run, so that the rows add up to the figures above. */
function outcomeTable({ outcomes: all, counters, totals }) {
  const ended = all.filter(({ kind }) => kind === 'bill')
  const pending = { class: 'pending', outcome: 'a faturar', items: counters.pending, netCents: totals.pendingCents, sentence: '' }
  const shown = counters.pending > 0 ? [...ended, pending] : ended
  if (shown.length === 0) return []
  const rows = shown
    .toSorted((a, b) => order.indexOf(a.class) - order.indexOf(b.class))
    .map(({ outcome, items, netCents, sentence }) =>
      made(
        'tr',
        {},
        made('th', { scope: 'row' }, word(outcomes, outcome), made('span', { class: 'muted' }, sentence)),
        made('td', { class: 'count' }, whole(items)),
        made('td', { class: 'count' }, reais(netCents)),
      ),
    )
  const heading = made(
    'tr',
    {},
    made('th', { scope: 'col' }, 'Desfecho'),
    made('th', { scope: 'col', class: 'count' }, 'Itens'),
    made('th', { scope: 'col', class: 'count' }, 'Valor'),
  )
  const caption = made('caption', {}, 'Itens por desfecho')
  return [made('table', {}, caption, made('thead', {}, heading), made('tbody', {}, ...rows))]
}

/** What was left out, and where one command lets it through that command. */
function entryOf(run, { item, contract, customer, netCents, outcome }) {
  const what = `Item ${item}: ${contract.code ?? contract.id}, ${customer.name}`
  const about = made('span', { class: 'muted' }, `${reais(netCents)}, ${word(outcomes, outcome)}`)
  const isHeld = outcome === 'above_safety_bound' && !run.forecast
  return made('li', {}, what, about, ...(isHeld ? [made('code', {}, `npx bordero run allow ${run.id} ${item}`)] : []))
}

// --- The verification ---

async function loadVerification() {
  return { verification: (await ask('/v1/verifications?limit=1')).data[0] }
}

function showVerification({ verification }) {
  if (verification === undefined) return replace('verification', 'Ainda não houve nenhuma verificação nesta conta.', '', [])
  const { id, finishedAt, result } = verification
  if (result === null) return replace('verification', `${id}: conferindo…`, '', [])
  const { clean, mode, checked, found, findings, due } = result
  const count = Object.values(found).reduce((total, n) => total + n, 0)
  const said = clean ? 'nada está errado' : `${counted(count, 'coisa está errada', 'coisas estão erradas')}`
  replace('verification', `${id}, de ${momentOf(finishedAt)}: ${said}`, clean ? 'good' : 'bad', [
    figures([
      ['Faturas', whole(checked.invoices)],
      ['Períodos', whole(checked.periods)],
      ['Parcelas', whole(checked.receivables)],
      ['Histórico', whole(checked.entries), checked.entries === 1 ? 'registro' : 'registros'],
    ]),
    made('p', { class: 'muted' }, `Conferido: ${word(modes, mode)}.`),
    ...list(
      'Está errado',
      findings.slice(0, mostListed).map(({ code, sentence }) => made('li', {}, sentence, made('span', { class: 'muted' }, code))),
    ),
    ...(count > mostListed
      ? [made('p', { class: 'muted' }, `… e mais ${whole(count - mostListed)}: `, made('code', {}, 'npx bordero verify'))]
      : []),
    ...list(
      'Períodos que venceram e não foram faturados',
      Object.entries(due).map(([reason, periods]) =>
        made('li', {}, `${counted(periods, 'período', 'períodos')}: ${word({ ...outcomes, ...dueReasons }, reason)}`),
      ),
    ),
  ])
}

// --- Looking ---

/** Draws what was loaded, unless it stands there already. */
function draw(part, show, loaded) {
  const text = JSON.stringify(loaded)
  if (shown.get(part) === text) return
  shown.set(part, text)
  show(loaded)
}

/** Loads both parts; each is shown even if the other is refused, since a key may be good for one alone. Looks again while something moves. */
async function look() {
  clearTimeout(nextLook)
  turn += 1
  const mine = turn
  const [run, verification] = await Promise.allSettled([loadRun(), loadVerification()])
  if (mine !== turn) return
  const faults = [run, verification].flatMap(one => (one.status === 'rejected' ? [one.reason] : []))
  const refused = faults.find(fault => fault.status === 401)
  if (refused) return leave(refused)
  if (run.status === 'fulfilled') draw('run', showRun, run.value)
  else if (run.reason.status === 403) draw('run', () => replace('run', run.reason.message, 'doubt', []), run.reason.message)
  if (verification.status === 'fulfilled') draw('verification', showVerification, verification.value)
  else if (verification.reason.status === 403)
    draw('verification', () => replace('verification', verification.reason.message, 'doubt', []), verification.reason.message)
  const broken = faults.find(fault => fault.status !== 403)
  tell(broken)
  if (broken === undefined || shown.size > 0) enter()
  const isVerifying = verification.value?.verification?.result === null
  element('verify').setAttribute('aria-disabled', String(isVerifying))
  // What could not be asked is asked again: a server that was started anew goes on by itself.
  if (broken) nextLook = setTimeout(look, patienceMs)
  else if (isVerifying || moving.includes(run.value?.run?.state)) nextLook = setTimeout(look, pauseMs)
}

function enter() {
  sessionStorage.setItem(kept, key)
  if (!element('account').hidden) return
  const hadFocus = element('enter').contains(document.activeElement)
  element('enter').hidden = true
  element('account').hidden = false
  element('leave-line').hidden = false
  if (hadFocus) element('refresh').focus()
}

/** Back to the form, with the reason if there is one. */
function leave(fault) {
  clearTimeout(nextLook)
  turn += 1
  key = ''
  shown.clear()
  sessionStorage.removeItem(kept)
  element('account').hidden = true
  element('leave-line').hidden = true
  element('enter').hidden = false
  element('key').setAttribute('aria-invalid', String(fault !== undefined))
  element('key').focus()
  tell(fault)
}

function tell(fault) {
  const message = fault?.message ?? ''
  if (element('fault').textContent !== message) element('fault').textContent = message
  element('fault').hidden = message === ''
}

function open(given) {
  // The shortened key of a README, say: a header cannot even carry it, and the server would be blamed.
  if (!/^[\x21-\x7e]+$/.test(given)) return leave(new Fault('Isto não é uma chave inteira. Copie-a de credentials.json.', 401))
  key = given
  look()
}

element('enter').addEventListener('submit', event => {
  event.preventDefault()
  open(element('key').value.trim())
  element('key').value = ''
})
element('verify').addEventListener('click', async () => {
  if (element('verify').getAttribute('aria-disabled') === 'true') return
  element('verify').setAttribute('aria-disabled', 'true')
  await ask('/v1/verifications', {}).then(look, fault => {
    element('verify').setAttribute('aria-disabled', 'false')
    if (fault.status === 401) leave(fault)
    else tell(fault)
  })
})
element('refresh').addEventListener('click', look)
element('leave').addEventListener('click', () => leave())

// What follows # stays in the browser, so the demo may print an address that opens at once.
const given = new URLSearchParams(location.hash.slice(1)).get('key') ?? sessionStorage.getItem(kept)
if (given) {
  history.replaceState(null, '', location.pathname)
  open(given)
}
