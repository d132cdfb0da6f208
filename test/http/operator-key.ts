export const operatorKey = 'operator-key-of-the-tests'
