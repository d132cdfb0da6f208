import { instant } from '../../src/core/dates.ts'
import type { CityHall } from '../../src/sandbox/city-hall/hall.ts'
import { eventKinds } from '../../src/sandbox/city-hall/rules/event-kinds.ts'
import { pedRegEvento } from './company.ts'
import { florianopolis, provider, taker } from './dps-text.ts'
import { happened, standingKey, stands } from './standing.ts'

/** A request for an event, and what the note has already. */
export interface Asked {
  readonly code?: string
  readonly own?: string
  readonly author?: string
  readonly key?: string
  readonly edit?: (xml: string) => string
  /** CNPJ of the certificate; '' of the city, which shows none. */
  readonly signer?: string
  readonly hall?: (hall: CityHall) => void
}

export interface EventCaseOfRule {
  readonly refuses: Asked
  /** A cancellation by the provider of a note without events, where nothing is said. */
  readonly accepts?: Asked
}

const cityTaxId = '99999999000191'
const agent = '<CPFAgTrib>52998224725</CPFAgTrib>'
const why = '<xMotivo>Texto com mais de quinze letras</xMotivo>'

/** Of each event what stands in its group, xDesc aside. */
const usual: Readonly<Record<string, string>> = {
  101101: `<cMotivo>1</cMotivo>${why}`,
  105102: `<cMotivo>01</cMotivo><chSubstituta>${standingKey}</chSubstituta>`,
  101103: `<cMotivo>1</cMotivo>${why}`,
  105104: `${agent}<cMotivo>1</cMotivo>${why}`,
  105105: `${agent}<cMotivo>1</cMotivo>${why}`,
  202205: '<cMotivo>1</cMotivo>',
  203206: '<cMotivo>1</cMotivo>',
  204207: '<cMotivo>1</cMotivo>',
  205208: `${agent}<idEvManifRej>${standingKey}203206</idEvManifRej>${why}`,
  305101: `${agent}<nProcAdm>123</nProcAdm><xProcAdm>Texto com mais de quinze letras</xProcAdm>`,
  305102: `${agent}<codEvento>e101101</codEvento>${why}`,
  305103: `${agent}<idBloqOfic>${standingKey}305102</idBloqOfic>`,
}

const authors: Readonly<Record<string, string>> = {
  prest: provider,
  toma: taker,
  interm: '44556677000186',
  city: cityTaxId,
  system: provider,
}

export function requestText({ code = '101101', own, author, key = standingKey, edit = xml => xml }: Asked): string {
  const kind = eventKinds[code]
  const by = author ?? authors[kind?.author ?? ''] ?? ''
  return edit(pedRegEvento(key, code, `<xDesc>${kind?.says}</xDesc>${own ?? usual[code] ?? ''}`, by))
}

export function signerOf({ code = '101101', author, signer }: Asked): string {
  const kind = eventKinds[code]?.author ?? ''
  return signer ?? (kind === 'city' ? '' : (author ?? authors[kind] ?? ''))
}

const has =
  (...codes: (readonly [code: string, author?: string, about?: string])[]) =>
  (hall: CityHall) => {
    for (const [code, author, about] of codes) happened(hall, code, author, about)
  }
const blocked = (event: string) => has(['305102', cityTaxId, event])
const city = (cancelling: object) => (hall: CityHall) => {
  hall.enterCity({ code: florianopolis, cancelling })
}
const withIntermediary = (hall: CityHall) => {
  stands(hall, { interm: '<CNPJ>44556677000186</CNPJ><xNome>Intermediario</xNome>' })
}

/** After a cancellation nothing is accepted; without one, this is. */
const afterCancelling = (code: string, accepts: Asked = {}): EventCaseOfRule => ({
  refuses: { code, hall: has(['101101']) },
  accepts: { code, ...accepts },
})

export const eventCases: Readonly<Record<string, EventCaseOfRule>> = {
  E1827: { refuses: { edit: xml => xml.replace(`Id="PRE${standingKey}101101"`, `Id="PRE${standingKey}101103"`) } },
  E1845: { refuses: { edit: xml => xml.replace('<tpAmb>2', '<tpAmb>1') } },
  E0812: { refuses: { signer: taker } },
  E0813: { refuses: { author: taker } },
  E0815: { refuses: { author: '52998224725', signer: '11144477735' } },
  E0816: { refuses: { author: '52998224725' } },
  E1831: { refuses: { key: `${standingKey.slice(0, 40)}0000000000` } },
  E0822: {
    refuses: {
      hall: hall => {
        city({ days: 10 })(hall)
        stands(hall, {}, instant('2026-11-09T15:00:00Z'))
      },
    },
    accepts: {
      hall: hall => {
        city({ days: 10 })(hall)
        stands(hall, {}, instant('2026-11-10T15:00:00Z'))
      },
    },
  },
  E0823: { refuses: { hall: city({ most: '999.99' }) }, accepts: { hall: city({ most: '1000.00' }) } },
  E0824: {
    refuses: {
      hall: hall => {
        city({ needsTaker: true })(hall)
        stands(hall, { toma: '' })
      },
    },
    accepts: { hall: city({ needsTaker: true }) },
  },
  E0831: { refuses: { key: `${standingKey.slice(0, 7)}1${standingKey.slice(8)}` } },
  E1833: { refuses: { code: '203202', hall: has(['203206', taker]) }, accepts: { code: '203202' } },
  E1835: {
    refuses: { code: '205208', hall: has(['203206', taker], ['205208', cityTaxId, `${standingKey}203206`]) },
    accepts: { code: '205208', hall: has(['203206', taker]) },
  },
  E0840: {
    refuses: { hall: blocked('101101') },
    accepts: { hall: has(['305102', cityTaxId, '101101'], ['305103', cityTaxId, '101101']) },
  },
  E0845: { refuses: { code: '105102', hall: has(['101101']) } },
  E0848: afterCancelling('101103'),
  E0852: { refuses: { code: '105104', hall: has(['101101']) }, accepts: { code: '105104', hall: has(['101103']) } },
  E0855: { refuses: { code: '105105', hall: has(['101101']) }, accepts: { code: '105105', hall: has(['101103']) } },
  E0860: afterCancelling('202201'),
  E0861: afterCancelling('203202'),
  E0862: {
    refuses: {
      code: '204203',
      hall: hall => {
        withIntermediary(hall)
        has(['101101'])(hall)
      },
    },
    accepts: { code: '204203', hall: withIntermediary },
  },
  E0863: afterCancelling('205204'),
  E0864: afterCancelling('202205'),
  E0866: afterCancelling('203206'),
  E0868: {
    refuses: {
      code: '204207',
      hall: hall => {
        withIntermediary(hall)
        has(['101101'])(hall)
      },
    },
    accepts: { code: '204207', hall: withIntermediary },
  },
  E0870: {
    refuses: { code: '205208', hall: has(['203206', taker], ['101101']) },
    accepts: { code: '205208', hall: has(['203206', taker]) },
  },
  E1960: afterCancelling('305101'),
  E1965: afterCancelling('305102'),
  E1970: {
    refuses: { code: '305103', hall: has(['305102', cityTaxId, '101101'], ['305101', cityTaxId]) },
    accepts: { code: '305103', hall: blocked('101101') },
  },
  E0853: { refuses: { code: '105104' }, accepts: { code: '105104', hall: has(['101103']) } },
  E0856: { refuses: { code: '105105' }, accepts: { code: '105105', hall: has(['101103']) } },
  E1944: {
    refuses: { code: '202205', own: '<cMotivo>9</cMotivo>' },
    accepts: { code: '202205', own: `<cMotivo>9</cMotivo>${why}` },
  },
  E1949: {
    refuses: { code: '203206', own: '<cMotivo>9</cMotivo>' },
    accepts: { code: '203206', own: `<cMotivo>9</cMotivo>${why}` },
  },
  E1954: {
    refuses: { code: '204207', own: '<cMotivo>9</cMotivo>', hall: withIntermediary },
    accepts: { code: '204207', own: `<cMotivo>9</cMotivo>${why}`, hall: withIntermediary },
  },
  E1963: { refuses: { code: '205208' }, accepts: { code: '205208', hall: has(['203206', taker]) } },
  E1967: { refuses: { code: '305102', hall: blocked('101101') }, accepts: { code: '305102', hall: blocked('105102') } },
  E1976: { refuses: { code: '305103' }, accepts: { code: '305103', hall: blocked('101101') } },
  E1978: {
    refuses: { code: '305103', hall: has(['305102', cityTaxId, '101101'], ['305103', cityTaxId, '101101']) },
    accepts: { code: '305103', hall: blocked('101101') },
  },
}
