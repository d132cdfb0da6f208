// What a city has laid down, as the ADN tells it (`api/adn-param.openapi.json` of the government).

import { parseCivilDate } from '../../../core/dates.ts'
import { type Benefit, type City, isActiveOn, rateOf } from '../register/city.ts'
import type { Answer, Call } from './answer.ts'
import type { Office } from './receive-dps.ts'

/** A rate as the ADN shows it: a JSON number. Hundredths are exact in it. */
const shownRate = (rate: bigint) => Number(`${rate / 100n}.${String(rate % 100n).padStart(2, '0')}`)
const atMidnight = (day: string) => `${day}T00:00:00`

const ok = (body: object): Answer => ({ status: 200, body: { mensagem: 'Parâmetros recuperados com sucesso.', ...body } })
const no = (status: 400 | 404, mensagem: string): Answer => ({ status, body: { mensagem } })

/** The nine digits of a service at a city: six of the national list, three of the city's own ('000' for none). */
const serviceIn = (code: string) => code.replaceAll('.', '').slice(0, 6)

/** `path` without '/parametrizacao'. Null: no such operation. */
export function parameters({ hall }: Office, { method, path }: Call): Answer | null {
  const [, code = '', ...rest] = path.split('/')
  const what = rest.at(-1) ?? ''
  if (method !== 'GET' || !(what in questions)) return null
  const question = questions[what]
  if (question === undefined || question.parts !== rest.length) return null
  if (!/^\d{7}$/.test(code)) return no(400, 'O código do município tem sete dígitos.')
  const city = hall.city(code)
  return city === null ? no(404, 'O município não tem convênio.') : question.ask(city, rest)
}

interface Question {
  /** Of the path, after the city. */
  readonly parts: number
  readonly ask: (city: City, parts: readonly string[]) => Answer
}

const questions: Readonly<Record<string, Question>> = {
  convenio: {
    parts: 1,
    ask: city => {
      const isActive = city.isActive ? 1 : 0
      return ok({
        parametrosConvenio: {
          tipoConvenioDeserializationSetter: 1,
          aderenteAmbienteNacional: isActive,
          aderenteEmissorNacional: isActive,
          situacaoEmissaoPadraoContribuintesRFB: city.letsRegisteredIssue ? 1 : 0,
          aderenteMAN: 0,
          permiteAproveitametoDeCreditos: false,
        },
      })
    },
  },
  aliquota: {
    parts: 3,
    ask: (city, [service = '', day = '']) => {
      const on = parseCivilDate(day.slice(0, 10))
      if (on === null) return no(400, 'A competência não é uma data.')
      if (!isActiveOn(city, on) || city.notAdministered.includes(serviceIn(service))) return no(404, 'Não há alíquota.')
      const rate = rateOf(city, serviceIn(service), on)
      return ok({
        aliquotas: { [service]: [{ Incidencia: 'Sim', Aliq: shownRate(rate), DtIni: atMidnight(city.since), DtFim: null }] },
      })
    },
  },
  historicoaliquotas: {
    parts: 2,
    ask: (city, [service = '']) => {
      const rates = city.services[serviceIn(service)]?.rates ?? [{ from: city.since, rate: city.rate }]
      const all = rates.map(({ from, rate }, i) => ({
        Incidencia: 'Sim',
        Aliq: shownRate(rate),
        DtIni: atMidnight(from),
        DtFim: rates[i + 1] === undefined ? null : atMidnight(rates[i + 1]?.from ?? ''),
      }))
      return ok({ aliquotas: { [service]: all } })
    },
  },
  retencoes: {
    parts: 2,
    ask: city =>
      ok({
        retencoes: {
          artigoSexto: { habilitado: true, historico: [{ dataInicioVigencia: atMidnight(city.since) }] },
          retencoesMunicipais: [],
        },
      }),
  },
  regimes_especiais: {
    parts: 3,
    ask: (city, [service = '']) => {
      const regimes = city.services[serviceIn(service)]?.specialRegimes ?? city.specialRegimes
      if (regimes.length === 0) return no(404, 'Não há regimes especiais.')
      const terms = regimes.map(regime => [
        regime,
        [{ situacao: 1, dataInicio: atMidnight(city.since), dataFim: null, observacoes: null }],
      ])
      return ok({ regimesEspeciais: { [service]: Object.fromEntries(terms) } })
    },
  },
  beneficio: {
    parts: 3,
    ask: (city, [number = '', day = '']) => {
      const on = day.slice(0, 10)
      const benefit = city.benefits.find(one => one.number === number && one.from <= on && (one.to === null || on <= one.to))
      return benefit === undefined ? no(404, 'Não há este benefício.') : ok({ beneficio: shownBenefit(benefit) })
    },
  },
}

const benefitKinds = { exemption: 1, percent: 2, value: 2, rate: 4 } as const

function shownBenefit({ number, kind, from, to, percent, isForLocals, services, taxIds }: Benefit): object {
  const validity = { dataInicioVigencia: atMidnight(from), dataFimVigencia: to === null ? null : atMidnight(to) }
  return {
    codigoBeneficio: number,
    descricao: null,
    ...validity,
    tipoBeneficio: benefitKinds[kind],
    tipoReducaoBC: kind === 'value' ? 2 : 1,
    reducaoPercentualBC: kind === 'percent' ? shownRate(percent) : null,
    aliquotaDiferenciada: kind === 'rate' ? shownRate(percent) : null,
    restritoAoMunicipio: isForLocals,
    servicos: services.map(codigoServico => ({ codigoServico, ...validity })),
    contribuintes: taxIds.map(inscricao => ({ tipoInscricao: inscricao.length === 14 ? 2 : 1, inscricao, ...validity })),
  }
}
