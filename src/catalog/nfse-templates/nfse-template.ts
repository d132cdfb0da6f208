import { decimal } from '../../core/money.ts'
import { amount, flag, needed, or, percent, someOf, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

/** How a service is classified and taxed on its note (*modelo de nota fiscal*). Rates are per cent, limits are reais. */
export const nfseTemplates = referenceKind({
  noun: 'nfse_template',
  path: 'nfse-templates',
  called: { article: 'o', one: 'modelo de NFS-e', many: 'modelos de NFS-e' },
  fields: {
    name: needed(200),
    codigoServicoMunicipal: text(30, 'Código do serviço no município.'),
    itemListaServico: text(10, 'Item da lista da LC 116/2003, como 01.05 ou 0105.'),
    cnae: text(10),
    servicoPrestadoMunicipioCliente: flag(false, 'O serviço é prestado no município do cliente.'),
    issRetidoFonte: flag(false, 'O ISS é retido pelo tomador.'),
    aliquotaIss: percent('Em por cento, como "5".'),
    aliquotaIrrf: percent(),
    aliquotaPis: percent(),
    aliquotaCofins: percent(),
    aliquotaCsll: percent(),
    aliquotaInss: percent(),
    aliquotaIssRetido: percent(),
    retencoesDestacadas: someOf(['irrf', 'pis', 'cofins', 'csll', 'inss', 'iss'], 'Retenções que a nota destaca.'),
    percentualCargaTributaria: or(percent('Carga tributária aproximada (Lei 12.741/2012).'), decimal('0')),
    fonteCargaTributaria: text(60, 'De onde vem o percentual, como IBPT.'),
    limiteRetencaoIrrf: amount('Em reais: abaixo disto não se retém.'),
    limiteRetencaoPcc: amount(),
    limiteRetencaoInss: amount(),
    limiteRetencaoIss: amount(),
    externalServiceId: text(60, 'Código do serviço em quem emite a nota.'),
    externalServiceDescription: text(500),
  },
})
