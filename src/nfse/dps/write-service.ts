import { group, leaf, nothing, sequence, type Xml } from '../xml/canonical.ts'
import type { EventOfService, ForeignTrade, Further, Service, Works } from './dps.ts'
import { textFields } from './texts.ts'
import { writeSite } from './write-parties.ts'
import { amount, code, text } from './write-text.ts'

export function writeService(service: Service): Xml {
  const { place } = service
  return group(
    'serv',
    group('locPrest', place.kind === 'national' ? leaf('cLocPrestacao', place.municipio) : leaf('cPaisPrestacao', place.country)),
    group(
      'cServ',
      leaf('cTribNac', service.cTribNac),
      text('cTribMun', textFields.cTribMun, service.cTribMun),
      text('xDescServ', textFields.description, service.description),
      text('cNBS', textFields.cNBS, service.cNBS),
      text('cIntContrib', textFields.internalCode, service.internalCode),
    ),
    service.foreignTrade === null ? nothing : writeForeignTrade(service.foreignTrade),
    service.works === null ? nothing : writeWorks(service.works),
    service.event === null ? nothing : writeEvent(service.event),
    service.further === null ? nothing : writeFurther(service.further),
  )
}

function writeForeignTrade(trade: ForeignTrade): Xml {
  return group(
    'comExt',
    code('mdPrestacao', trade.mdPrestacao),
    code('vincPrest', trade.vincPrest),
    leaf('tpMoeda', trade.currency),
    amount('vServMoeda', trade.amountInCurrencyCents),
    leaf('mecAFComexP', trade.mecAFComexP),
    leaf('mecAFComexT', trade.mecAFComexT),
    code('movTempBens', trade.movTempBens),
    text('nDI', textFields.importDeclaration, trade.nDI),
    text('nRE', textFields.exportRegistration, trade.nRE),
    leaf('mdic', trade.mdic ? '1' : '0'),
  )
}

function writeWorks({ propertyRegistration, site }: Works): Xml {
  return group(
    'obra',
    text('inscImobFisc', textFields.propertyRegistration, propertyRegistration),
    site.kind === 'address'
      ? writeSite(site.address)
      : site.kind === 'cCIB'
        ? leaf('cCIB', site.code)
        : text('cObra', textFields.worksCode, site.code),
  )
}

function writeEvent({ name, from, until, site }: EventOfService): Xml {
  return group(
    'atvEvento',
    text('xNome', textFields.eventName, name),
    leaf('dtIni', from),
    leaf('dtFim', until),
    site.kind === 'address' ? writeSite(site.address) : text('idAtvEvt', textFields.eventId, site.id),
  )
}

function writeFurther(further: Further): Xml {
  const items = further.orderItems.map(item => text('xItemPed', textFields.orderItem, item))
  return group(
    'infoCompl',
    text('idDocTec', textFields.technicalDocument, further.technicalDocument),
    text('docRef', textFields.referenceDocument, further.referenceDocument),
    text('xPed', textFields.order, further.order),
    group('gItemPed', sequence(...items)),
    text('xInfComp', textFields.further, further.text),
  )
}
