/** How something can be charged: the words that contracts and invoices use too. */
export const chargeMethods = ['boleto', 'pix', 'card', 'transfer', 'other'] as const
