// The note: what the city hall adds to a DPS, and the DPS itself as it came, to the byte.

import { municipioOf } from '../../../core/brazil/municipio.ts'
import { type Instant, wallOf } from '../../../core/dates.ts'
import { group, leaf, nothing, sequence, withAttributes, XML_DECLARATION, type Xml } from '../../../nfse/xml/canonical.ts'
import { type Hundredths, written } from '../amounts.ts'
import type { ReadDps } from '../reading/read-dps.ts'
import { taxpayerOf } from '../register/taxpayer.ts'
import type { DpsCase } from '../rules/rule.ts'
import { timeZone } from '../rules/substitution.ts'
import { reckonIbsCbs } from './ibs-cbs-totals.ts'
import { type Reckoned, reckon, showsNetOnly } from './reckon.ts'

export const namespace = 'http://www.sped.fazenda.gov.br/nfse'
export const application = 'BorderoSandbox_1.0'

/** '2026-11-20T09:16:02-03:00' */
export function written24(at: Instant): string {
  const { date, time, offset } = wallOf(at, timeZone)
  return `${date}T${time.slice(0, 8)}${offset}`
}

export interface NoteHead {
  readonly key: string
  readonly number: number
  readonly fiscalNumber: number
  readonly at: Instant
}

/** The document before its signature. `dpsXml` is the DPS element as it was received. */
export function writeNfse(asked: DpsCase, { key, number, fiscalNumber, at }: NoteHead, dpsXml: string): string {
  const { dps, hall, incidence } = asked
  const taxed = dps.isTaxable ? incidence : null
  const reckoned = reckon(asked)
  const body = sequence(
    leaf('xLocEmi', cityName(dps.text('cLocEmi'))),
    leaf('xLocPrestacao', placeName(dps)),
    leaf('nNFSe', String(number)),
    leaf('cLocIncid', taxed),
    leaf('xLocIncid', taxed === null ? null : cityName(taxed)),
    leaf('xTribNac', hall.tables.services.get(dps.service)?.name.slice(0, 600)),
    leaf('verAplic', application),
    leaf('ambGer', '2'),
    leaf('tpEmis', '1'),
    leaf('procEmi', '1'),
    leaf('cStat', dps.isMei ? '107' : '100'),
    leaf('dhProc', written24(at)),
    leaf('nDFSe', String(fiscalNumber)),
    emitter(asked),
    values(asked, reckoned),
    dps.has('IBSCBS') ? ibsCbs(asked, reckoned) : nothing,
    // As it was received; the writer of canonical XML did not make it.
    dpsXml as Xml,
  )
  return `${XML_DECLARATION}${withAttributes(
    'NFSe',
    { xmlns: namespace, versao: '1.01' },
    withAttributes('infNFSe', { Id: `NFS${key}` }, body),
  )}`
}

function cityName(code: string | undefined): string {
  return municipioOf(code ?? '')?.name ?? 'Não informado'
}

function placeName(dps: ReadDps): string {
  const place = dps.text('serv/locPrest/cLocPrestacao')
  if (place === '0000000') return 'Águas Marítimas'
  return place === undefined ? (dps.text('serv/locPrest/cPaisPrestacao') ?? '') : cityName(place)
}

/** Name and address are the register's; a document says neither of its own provider. */
function emitter({ dps, hall }: DpsCase): Xml {
  const known = hall.taxpayer(dps.emitterTaxId) ?? taxpayerOf({ taxId: dps.emitterTaxId })
  const city = dps.text('cLocEmi') ?? ''
  return group(
    'emit',
    leaf(dps.has('prest/CPF') ? 'CPF' : 'CNPJ', dps.emitterTaxId),
    leaf('IM', dps.text('prest/IM')),
    leaf('xNome', known.name),
    group(
      'enderNac',
      leaf('xLgr', known.street),
      leaf('nro', known.number),
      leaf('xBairro', known.district),
      leaf('cMun', city),
      leaf('UF', municipioOf(city)?.uf),
      leaf('CEP', known.postalCode),
    ),
    leaf('fone', dps.text('prest/fone')),
    leaf('email', dps.text('prest/email')),
  )
}

/** Numbers of the kinds of benefit in a note. */
const benefitKinds = { exemption: '1', percent: '2', value: '3', rate: '4' } as const

const money = (name: string, amount: Hundredths) => leaf(name, written(amount))

/** Nothing but the net value where no ISS is reckoned, of ME and EPP without retention as well: so do real notes. */
function values(asked: DpsCase, { deduction, benefit, base, rate, iss, withheld, net }: Reckoned): Xml {
  const { dps } = asked
  if (showsNetOnly(asked)) return group('valores', money('vLiq', net))
  const isCalculated = dps.hasAny('valores/vDedRed/pDR', 'valores/vDedRed/documentos')
  return group(
    'valores',
    isCalculated ? money('vCalcDR', deduction) : nothing,
    asked.benefit === null ? nothing : leaf('tpBM', benefitKinds[asked.benefit.kind]),
    dps.has('valores/trib/tribMun/BM/pRedBCBM') ? money('vCalcBM', benefit) : nothing,
    ...(rate === null ? [] : [money('vBC', base), money('pAliqAplic', rate), money('vISSQN', iss)]),
    withheld === 0n ? nothing : money('vTotalRet', withheld),
    money('vLiq', net),
  )
}

function ibsCbs(asked: DpsCase, reckoned: Reckoned): Xml {
  const totals = reckonIbsCbs(asked, reckoned)
  const { rates, deferred } = totals
  return group(
    'IBSCBS',
    leaf('cLocalidadeIncid', totals.place),
    leaf('xLocalidadeIncid', cityName(totals.place)),
    group(
      'valores',
      money('vBC', totals.base),
      totals.reimbursed === 0n ? nothing : money('vCalcReeRepRes', totals.reimbursed),
      group('uf', money('pIBSUF', rates.state), money('pAliqEfetUF', rates.state)),
      group('mun', money('pIBSMun', rates.city), money('pAliqEfetMun', rates.city)),
      group('fed', money('pCBS', rates.federal), money('pAliqEfetCBS', rates.federal)),
    ),
    group(
      'totCIBS',
      money('vTotNF', totals.total),
      group(
        'gIBS',
        money('vIBSTot', totals.state + totals.city),
        group('gIBSUFTot', deferred === null ? nothing : money('vDifUF', deferred.state), money('vIBSUF', totals.state)),
        group('gIBSMunTot', deferred === null ? nothing : money('vDifMun', deferred.city), money('vIBSMun', totals.city)),
      ),
      group('gCBS', deferred === null ? nothing : money('vDifCBS', deferred.federal), money('vCBS', totals.federal)),
    ),
  )
}
