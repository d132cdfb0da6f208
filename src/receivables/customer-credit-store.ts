// Moved to customers/: its callers move on, then this goes.
export type { CreditBalance, CreditEntry, CreditOwner } from '../customers/customer-credit-store.ts'
export { addCreditEntries, lockCredit, lockCredits, readCredit } from '../customers/customer-credit-store.ts'
