import { testSeeds } from './seeds-contract.ts'

testSeeds(1)
