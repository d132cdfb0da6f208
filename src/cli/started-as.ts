/** How whoever reads starts this program in a clone: what every command that is printed, in helps too, begins with. */
export const startedAs = 'npx bordero'
