/** Why an official code of the sheet of the DPS is told by no rule here. */
export interface CodesLeft {
  readonly because: string
  readonly codes: readonly string[]
}

/** Every code of the sheet that the Sefin applies is here, or has a rule, or is of a certificate: a test holds them against the official list. */
export const codesLeft: readonly CodesLeft[] = [
  {
    because: 'A Dps has no place for it: the provider emits, and says what a provider says.',
    codes: ['E0004', 'E0029', 'E0112', 'E0113', 'E0114', 'E0115', 'E0121', 'E0122', 'E0123', 'E0125', 'E0128', 'E0129', 'E0130', 'E0132', 'E0134', 'E0138', 'E0142', 'E0146', 'E0222', 'E0224', 'E0228', 'E0229', 'E0231', 'E0232', 'E0236', 'E0280', 'E0284', 'E0287', 'E0288', 'E0289', 'E0290', 'E0291', 'E0320', 'E0331', 'E0420', 'E0423', 'E0424', 'E0425', 'E0650', 'E0652', 'E0672', 'E0673', 'E0910', 'E9996'],
  },
  {
    because: 'Told by another code, with the same condition.',
    codes: ['E0233', 'E0292', 'E0382', 'E0400', 'E0430', 'E0444', 'E0447', 'E0575', 'E0587', 'E0951', 'E1508'],
  },
  {
    because: 'Whoever numbers, signs and sends sees to it, not the declaration: layout in force, environment, clock, uniqueness, signature.',
    codes: ['E0001', 'E0006', 'E0008', 'E0014', 'E0714', 'E0717'],
  },
  {
    because: 'Only the registers of the tax authorities know: CNPJ, CPF, Simples, complementary register of the city, CEP.',
    codes: ['E0018', 'E0020', 'E0023', 'E0041', 'E0082', 'E0084', 'E0098', 'E0099', 'E0119', 'E0124', 'E0160', 'E0190', 'E0194', 'E0207', 'E0212', 'E0240', 'E0250', 'E0254', 'E0268', 'E0272', 'E0296', 'E0380', 'E0398', 'E0482', 'E0488', 'E0496', 'E0912', 'E0914', 'E0921', 'E0922', 'E0946', 'E0948'],
  },
  {
    because: 'It depends on other notes, which the declaration only names.',
    codes: ['E0044', 'E0046', 'E0050', 'E0056', 'E0058', 'E0060', 'E0065', 'E0068', 'E0070', 'E0072', 'E0074', 'E0076', 'E0456', 'E0458', 'E0462', 'E0464'],
  },
  {
    because: 'It depends on what the city of incidence has set and is not among the facts that a caller can give yet.',
    codes: ['E0038', 'E0177', 'E0178', 'E0314', 'E0440', 'E0536', 'E0539', 'E0540', 'E0541', 'E0544', 'E0548', 'E0550', 'E0565', 'E0567', 'E0577', 'E0579', 'E0586', 'E0667', 'E0670'],
  },
  {
    because: 'The table or the reckoning of its digit is not published as a file: classes of IBS and CBS, digit of the CIB.',
    codes: ['E0933', 'E0958', 'E0964', 'E0965', 'E0969', 'E0971', 'E0972'],
  },
  {
    because: 'It is about the note that comes back, not about the declaration.',
    codes: ['E1260', 'E1263', 'E1268', 'E1274', 'E1276', 'E1278', 'E1280', 'E1281', 'E1282', 'E1284', 'E1285', 'E1286', 'E1287', 'E1288', 'E1289', 'E1295', 'E1297', 'E1300', 'E1301', 'E1302', 'E1303', 'E1305', 'E1307', 'E1309', 'E1311', 'E1313', 'E1317', 'E1321', 'E1325', 'E1630', 'E1632', 'E1634', 'E1636'],
  },
]
