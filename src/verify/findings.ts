import { addDays, type CivilDate, formatDate } from '../core/dates.ts'
import { type Noun, showId } from '../core/ids.ts'
import { dueReasonSentence, indexName } from './due-reasons.ts'
import {
  adjustmentWord,
  amount,
  cancelledSentence,
  changed,
  changeWords,
  day,
  derivedAndStored,
  dispositionWord,
  endOf,
  money,
  nextAfter,
  readjustmentFaults,
  spanWords,
  workWord,
} from './finding-words.ts'
import { shownDays, shownSuspensions, toldAndStored } from './told/told-words.ts'

/** What a check's statement answers for each thing that it finds. */
export interface Found<Code extends string = string> {
  code: Code
  noun: Noun
  id: number
  startsOn: CivilDate | null
  endsOn: CivilDate | null
  details: Details
}

export type Details = Readonly<Record<string, unknown>>

/** Something that is wrong, or worth knowing, as data. Codes are stable; the sentence is for people. */
export interface Finding {
  code: FindingCode | InformationCode
  /** `inv_12` */
  subject: string
  period: { startsOn: CivilDate; endsOn: CivilDate } | null
  sentence: string
  details: Details
}

/** What is wrong, and what to do about it in the README of this folder. Each sentence is read after its subject and period. */
const wrong = {
  seed_missing: () => 'a cobertura não tem começo',
  seed_repeated: () => 'a cobertura tem mais de um começo',
  gap: () => 'há dias sem nenhum período entre um período e o seguinte',
  overlap: () => 'há dias em mais de um período',
  off_rhythm: () => 'o período não começa, termina ou é faturado onde a recorrência manda',
  head: d =>
    `a regra diz que está coberta até ${day(d.coveredUntil)} e que o próximo vencimento é ${day(d.nextDueOn)}; pelos períodos é até ${day(d.ledgerEndsOn)}, e ${day(d.dueOn)}`,
  uncharged_without_cause: () => 'o período foi fechado sem cobrança, sem suspensão nem vigência que o explique',
  wrong_reason: d => `o período (${dispositionWord(d.disposition)}) traz um motivo que não é dele: ${d.reason ?? 'nenhum'}`,
  billed_elsewhere_without_cause: () => 'o período consta como faturado em outro sistema, mas a regra não diz isso',
  open_in_archived_rule: () => 'a regra foi arquivada e o período ficou em aberto: ninguém vai faturá-lo nem dispensá-lo',

  invoice_missing: () => 'o período consta como faturado por uma fatura que não existe',
  invoice_of_another_rule: () => 'o período consta como faturado por uma fatura de outra regra, contrato ou cliente',
  closed_otherwise: d => `o período tem uma fatura, mas consta como ${dispositionWord(d.disposition)}`,
  invoice_released: () => 'o período consta como faturado por uma fatura que foi liberada',
  billed_twice: () => 'a fatura não fecha nenhum período: o que ela cobra já foi cobrado por outra, ou não era devido',
  billed_while_suspended: () => 'foi faturado um período que começou com o contrato suspenso',
  billed_outside_validity: () => 'foi faturado um período fora da vigência do contrato',
  billed_without_readjustment: d =>
    `foi faturado sem o reajuste de ${day(d.date)} pelo ${indexName(d.index)}, que não estava aplicado nem dispensado: refaça a fatura depois de resolvê-lo`,
  wrong_terms: d => `a fatura diz que seguiu a versão ${d.invoiceVersion ?? '–'} da regra; a que valia é a ${d.inForce ?? '–'}`,
  wrong_dates: () => 'faturamento ou emissão prevista, período ou competência não são os do período faturado',
  wrong_amount: d => `o valor não é o que a regra manda: está ${money(d, 'stored')}, deveria ser ${money(d, 'derived')}`,
  wrong_line: () =>
    'a descrição ou a categoria de uma linha, ou a descrição da fatura, ou a forma de pagamento não é a que a regra lhe dá',
  wrong_emission: d =>
    `a fatura não espera, ou não sai, como a regra, a execução e as aprovações mandam (${derivedAndStored(d)}): confira quem a aprovou, antes que ela saia`,
  wrong_state: () => 'o estado da fatura não combina com o das suas parcelas',

  cents_lines: () => 'a soma das linhas não é o total da fatura',
  cents_adjustments: () => 'um ajuste não combina com a sua linha',
  cents_withheld: () => 'a soma das retenções, ou a base delas, não é a da fatura',
  cents_receivables: () => 'a soma das parcelas não é o líquido da fatura',
  cents_installments: () => 'as parcelas não são as que a regra manda, ou não foram divididas por igual com o resto na última',
  cents_receipts: () => 'a parcela não está como as suas baixas dizem',
  cents_credit: () => 'o saldo de crédito não é a soma dos seus lançamentos',
  cents_event: () => 'as parcelas do evento não somam o valor dele',

  shares_not_whole: d =>
    `o rateio entre ${d.kind === 'department' ? 'departamentos' : 'centros de custo'} não soma o todo, ou mistura porcentagens e valores: diga-o de novo em details`,

  renegotiation_cents: d =>
    `o que estava em aberto (${amount(d.outstandingCents)}), mais o que se somou e menos o desconto, não é o que as parcelas da renegociação pedem (${amount(d.receivablesCents)})`,
  renegotiation_links: d =>
    `uma parcela que a renegociação substituiu ou criou não está como ela manda (${d.state ?? 'não existe'}), ou é de outro cliente`,
  renegotiation_missing: () =>
    'a parcela diz que foi renegociada, ou que veio de uma renegociação, e nenhuma que valha diz o mesmo',
  wrong_settlement: d =>
    `a parcela renegociada consta como ${d.settledOn == null ? 'em aberto' : `recebida em ${day(d.settledOn)}`} nas que a substituíram; pelas baixas delas ${d.derivedOn == null ? 'está em aberto' : `foi em ${day(d.derivedOn)}`}`,
  renegotiation_not_as_told: d =>
    `a renegociação não está como o histórico diz que ela ficou (${toldAndStored(d)}): volte ao que foi registrado`,

  occurrence_missing: d =>
    d.number === undefined
      ? 'faltam ocorrências do agendamento, ou a sequência delas está rompida: restaure-as de um backup'
      : `a ocorrência ${d.number}, que vence em ${day(d.dueOn)}, não foi criada, e nada a criará: recoloque o agendamento em due_work (extend_schedule)`,
  occurrence_twice: d =>
    `uma ocorrência do agendamento está mais de uma vez, ou duas têm a mesma parcela (${d.number ?? 'várias'}): cancele uma delas`,
  wrong_occurrence: d =>
    `a ocorrência ${d.number} não é a que o agendamento diz: está com vencimento em ${day(d.dueOn)}, deveria ser ${day(d.derivedOn)}; ou vale e não devia valer, ou o contrário`,
  occurrence_receivable: d =>
    d.number == null
      ? `uma parcela do agendamento (${amount(d.amountCents)}) não é de nenhuma ocorrência`
      : `a parcela da ocorrência ${d.number} não pede o que ela diz: está ${amount(d.amountCents)} em ${day(d.dueOn)}, deveria ser ${amount(d.derivedCents)} em ${day(d.derivedOn)}`,
  schedule_state: d =>
    d.nextOn == null
      ? `o agendamento consta como ${d.state}, e nada mais há a criar nele, ou ele foi excluído`
      : `o agendamento consta como ${d.state}, e ainda há a criar a ocorrência que vence em ${day(d.nextOn)}`,
  schedule_shares: d =>
    `o rateio entre ${d.kind === 'category' ? 'categorias' : 'centros de custo'} não soma o todo na versão ${d.termsVersion} do agendamento: mude-o, com as partes certas`,
  amount_beyond_bounds: d =>
    `pede ${amount(d.amountCents)}, mais do que se pode pedir de uma vez: confira o valor, e desfaça ou mude o que está errado`,
  schedule_not_as_told: d =>
    d.termsVersion === undefined
      ? `o agendamento não está como o histórico diz que ele ficou (${toldAndStored(d)}): volte ao que foi registrado`
      : `a versão ${d.termsVersion} do que o agendamento pede não está como o histórico diz que ela foi escrita`,

  event_consumed_twice: () => 'uma parcela do evento foi, ou pode ser, cobrada mais de uma vez',
  event_lost: () => 'uma parte do evento não está em aberto, nem faturada, nem cancelada',
  wrong_difference: d =>
    `a diferença pedida pelo período não é a que as condições e a vigência mandam: está ${money(d, 'stored')}, deveria ser ${money(d, 'derived')}`,
  event_repeated_in_invoice: () => 'duas parcelas do mesmo evento estão na mesma fatura',
  event_of_another_rule: () => 'uma parcela do evento foi cobrada na fatura de outra regra',
  event_line: () => 'a fatura não tem, com o valor e a descrição certos, a linha da parcela que ela consumiu',
  event_not_cancelled: () => 'o evento foi cancelado, mas uma parcela continua em aberto',
  event_skipped: () => 'uma fatura que devia levar a parcela do evento foi feita sem ela',

  invoice_not_as_told: d => `a fatura não está como o histórico diz que ela ficou (${changed(d)})`,
  receivable_not_as_told: () => 'a parcela não está como o histórico diz que ela ficou',
  receipt_not_as_told: d =>
    d.toldCents === null
      ? 'nenhum registro do histórico fala desta baixa'
      : 'a baixa não é a que o histórico registrou, ou não está mais aqui',
  adjustment_not_as_told: d =>
    d.isStored === false
      ? `falta o ajuste de ${amount(d.amountCents)} (${adjustmentWord(d.kind)}) que o histórico registrou`
      : `nenhum registro do histórico fala do ajuste de ${amount(d.amountCents)} (${adjustmentWord(d.kind)})`,
  credit_not_as_told: d =>
    d.isStored === false
      ? `falta o lançamento de crédito ${d.entry}, que o histórico diz que foi concedido`
      : `o lançamento de crédito ${d.entry} não vem de nenhuma baixa nem de concessão registrada no histórico`,
  customer_not_as_told: d => `o cadastro do cliente não está como o histórico diz que ele ficou (${changed(d)})`,
  subject_gone: d =>
    `o histórico conta dele até a versão ${d.toldVersion ?? '–'} e não diz que foi excluído, mas ele não está mais aqui: restaure-o de um backup`,
  organization_not_as_told: d =>
    `a organização não está como o histórico diz que ela ficou (${toldAndStored(d)}): volte ao que foi registrado, e confira o seu faturamento diário em due_work`,
  contract_not_as_told: d =>
    `o contrato não está como o histórico diz que ele ficou (${toldAndStored(d)}): volte ao que foi registrado`,
  validity_not_as_told: d =>
    `a ${d.number ?? '–'}ª vigência do contrato não é a que foi registrada (foi registrada ${shownDays(d.told)}, está ${shownDays(d.stored)}): volte ao que foi registrado, antes de faturar`,
  suspension_not_as_told: d =>
    `as suspensões do contrato não são as que foram registradas (registradas: ${shownSuspensions(d.told)}; estão: ${shownSuspensions(d.stored)}): volte ao que foi registrado, antes de faturar`,
  rule_not_as_told: d => `a regra não está como o histórico diz que ela ficou (${toldAndStored(d)}): volte ao que foi registrado`,
  waiver_not_as_told: d =>
    d.told === undefined
      ? `o período está dispensado (${d.reason ?? 'sem motivo'}), e nenhum registro diz que alguém o dispensou: reabra-o, ou fature o valor à parte`
      : `o histórico diz que o período que começa em ${day(d.toldStartsOn)} foi dispensado (${d.reason ?? 'sem motivo'}), e ele está ${d.stored === null ? 'fora da cobertura' : dispositionWord(d.stored)}: dispense-o de novo, ou cancele a fatura dele`,
  event_not_as_told: d =>
    `o evento não está como o histórico diz que ele ficou (${toldAndStored(d)}): volte ao que foi registrado, e refaça a fatura que já o levou`,
  terms_not_as_told: d =>
    `a versão ${d.termsVersion ?? '–'} do que a regra diz não está como o histórico diz que ela foi escrita`,
  subscription_not_as_told: d =>
    `${d.change === undefined ? 'a assinatura' : `a ${d.change}ª mudança de plano da assinatura`} não está como o histórico diz que ela ficou (${changeWords(d)}): volte ao que foi registrado`,
  plan_not_as_told: d =>
    `o plano não está como o histórico diz que ele ficou (${toldAndStored(d)}): volte ao que foi registrado, antes que alguém o assine`,
  readjustment_not_as_told: d =>
    `o reajuste não está como o histórico diz que ele ficou (${toldAndStored(d)}): volte ao que foi registrado, antes de faturar`,
  holiday_not_as_told: d => `o feriado de ${day(d.date)} não está como o histórico diz que ele ficou`,
  run_not_as_told: d =>
    `a execução não está como o histórico diz que ela foi pedida (${toldAndStored(d)}): volte ao que foi registrado`,
  wrong_item: d =>
    d.isThere === false
      ? `o item ${d.item} consta como faturado por uma fatura que não existe`
      : `o item ${d.item} consta como faturado, mas a fatura dele é de outra execução, regra ou período, ou de outro valor (no item ${money(d, 'listed')}, na fatura ${money(d, 'stored')})`,
  item_missing: d => `falta o item ${d.item} da execução, ou há itens a mais: restaure-os de um backup`,
  allowance_not_as_told: d =>
    `o item ${d.item} consta como liberado do limite de segurança por ${d.allowedBy}, e nenhum registro do histórico diz que alguém o liberou: confira a fatura dele`,
  wrong_due_date: d => `o vencimento não é o que a regra manda: está ${day(d.dueOn)}, contado de ${day(d.countedFrom)}`,

  wrong_readjustment: d =>
    `o reajuste de ${day(d.date)} não é o que o índice, o fator e os preços registrados mandam (${readjustmentFaults(d)}): confira-o, e volte ao que foi registrado`,

  number_repeated: d => `o número ${d.number} está em mais de uma fatura da organização`,
  number_out_of_range: d => `o número ${d.number} ainda não foi dado pela organização`,

  ids_given_again: d =>
    `o próximo número interno de ${d.counted} é ${d.nextId}, e o ${d.highestId} já está em uso: o próximo que for criado colidiria; ponha ${nextAfter(d.highestId)} em id_range`,

  history_chain_broken: () => 'a corrente do histórico está quebrada: alguém acrescentou, tirou ou mudou registros já selados',
  history_altered: () => 'o conteúdo do registro não é o que foi gravado',
  history_erased: () => 'o conteúdo do registro foi apagado, e não por um pedido de apagar os dados de um cliente',
  history_missing: d => `faltam registros no histórico: são ${d.version} versões e ${d.found ?? 0} registros`,
  outbox_missing: d => `faltam avisos a quem acompanha: são ${d.version} versões e ${d.found ?? 0} avisos`,
  head_unknown: () => 'o histórico que foi anotado não é o deste banco: aquele ponto da corrente não existe mais',

  work_missing: d =>
    `${workWord(d.kind)} ${d.dueAt == null ? 'não está marcado' : 'está marcado para tarde demais'}, e não acontecerá sozinho: recoloque-o em due_work`,

  unreadable_data: d =>
    `há nos dados um valor que não se deixa ler, e uma conferência${spanWords(d)} não pôde ser feita (${d.check}, SQLSTATE ${d.state}): alguém o escreveu direto no banco; volte ao que foi registrado e verifique de novo`,
  check_failed: d =>
    `uma conferência${spanWords(d)} parou por um erro do próprio Bordero (${d.check}${d.state == null ? '' : `, SQLSTATE ${d.state}`}), e nada dela foi conferido: o erro está no log do servidor; relate-o`,

  time_zone_unknown: d =>
    `o fuso horário da organização (${d.timeZone}) não existe: nenhum dia dela pode ser calculado, e só o histórico e o cadastro das organizações foram conferidos; volte ao fuso registrado e verifique de novo`,

  passed_over: () => 'venceu, uma execução passou por esse dia e não listou o período',
} satisfies Record<string, (details: Details) => string>

/** What is reported and is no error. */
const notable = {
  due: d =>
    d.reason === 'invoice_cancelled'
      ? cancelledSentence(d)
      : `venceu em ${day(d.scheduledOn)} e não foi faturado, porque ${dueReasonSentence(d.reason, d.isHeld, d.readjustment)}`,
  unbilled: d => `venceu em ${day(d.scheduledOn)} e nenhuma execução passou por ele ainda`,
  event_unused: d =>
    d.kind === 'discount'
      ? `o desconto de ${amount(d.openCents)} não será usado por ninguém, porque ${endOf(d)}: conceda um crédito ao cliente e cancele o evento`
      : `o acréscimo de ${amount(d.openCents)} não será faturado por ninguém, porque ${endOf(d)}: lance uma fatura avulsa e cancele o evento`,
  number_gap: d => (d.from === d.to ? `o número ${d.from} não foi usado` : `os números de ${d.from} a ${d.to} não foram usados`),
} satisfies Record<string, (details: Details) => string>

export type FindingCode = keyof typeof wrong
export type InformationCode = keyof typeof notable

// The keys of the table are exactly its codes.
export const findingCodes = Object.keys(wrong) as readonly FindingCode[]

export function isFinding(code: string): code is FindingCode {
  return Object.hasOwn(wrong, code)
}

export function worded({ code, noun, id, startsOn, endsOn, details }: Found<FindingCode | InformationCode>): Finding {
  const subject = showId(noun, id)
  const period = startsOn === null || endsOn === null ? null : { startsOn, endsOn }
  const where =
    period === null
      ? subject
      : `${subject}, período de ${formatDate(period.startsOn)} a ${formatDate(addDays(period.endsOn, -1))}`
  const said = wordsOf(code, details)
  return { code, subject, period, sentence: `${where}: ${said}.`, details: withShownIds(details) }
}

/** Whatever somebody wrote by hand into what a sentence shows: the finding is told. */
function wordsOf(code: FindingCode | InformationCode, details: Details): string {
  try {
    return isFinding(code) ? wrong[code](details) : notable[code](details)
  } catch {
    return 'o que está errado não se deixa pôr em palavras, e está em details'
  }
}

// --- Details ---

/** Keys of details that hold an id, and of what. */
const idsIn: Readonly<Record<string, Noun>> = {
  invoice: 'invoice',
  otherInvoice: 'invoice',
  adjustment: 'invoice_adjustment',
  periodInvoice: 'invoice',
  takenBy: 'invoice',
  rule: 'invoice_rule',
  invoiceRule: 'invoice_rule',
  invoiceContract: 'contract',
  contract: 'contract',
  organization: 'organization',
  customer: 'customer',
  receivable: 'receivable',
  renegotiation: 'renegotiation',
  part: 'billing_event_part',
  readjustment: 'readjustment',
  run: 'billing_run',
  firstEntry: 'history_entry',
  lastEntry: 'history_entry',
}

function withShownIds(details: Details): Details {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => {
      const noun = Object.hasOwn(idsIn, key) ? idsIn[key] : undefined
      return [key, noun !== undefined && typeof value === 'number' && value > 0 ? showId(noun, value) : value]
    }),
  )
}
