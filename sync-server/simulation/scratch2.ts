import { runScript } from './run-script.ts'
import { erasuresAmongSlowAnswers } from './trap-scripts.ts'
for (let s = 1; s <= 60; s++) { const v = (await runScript(erasuresAmongSlowAnswers(s))).violations; if (v.length) process.stdout.write(s + JSON.stringify(v) + '\n') }
