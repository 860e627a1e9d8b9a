import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useClock } from '../../time.ts'
import { driftWarningMs } from '../desk/sync-state.tsx'
import { DeskTrouble } from './desk-trouble.tsx'
import { useCamera } from '../gate/use-camera.ts'
import styles from './status-screen.module.css'

const bytesPerGb = 1_000_000_000

export function DeskFacts() {
  const { t } = useTranslation()
  const { platform } = useKiosk()
  const found = useQuery({ queryKey: ['diagnostics'], queryFn: () => platform.diagnostics(), staleTime: 0 })
  const facts = found.data
  const unknown = t('status.unknown')
  const disk = facts?.freeDiskBytes ?? null
  return (
    <section className={`${styles['card']} ${styles['side']} ck-scroll`}>
      <h2 className={styles['heading']}>{t('status.clock')}</h2>
      <ClockWords />
      <div className={styles['rule']} />
      <h2 className={styles['heading']}>{t('status.desk')}</h2>
      <dl className={styles['facts']}>
        <dt>{t('status.camera')}</dt>
        <dd>
          <CameraWords fixed={facts?.fixedCamera ?? null} />
        </dd>
        <dt>{t('status.keyStore')}</dt>
        <dd>{facts?.keyStore ?? unknown}</dd>
        <dt>{t('status.server')}</dt>
        <dd>{facts?.serverUrl ?? unknown}</dd>
        <dt>{t('status.disk')}</dt>
        <dd>{disk === null ? unknown : `${(disk / bytesPerGb).toFixed(1)} GB`}</dd>
        <dt>{t('status.version')}</dt>
        <dd>
          {facts === undefined
            ? unknown
            : `Chowki ${facts.appVersion} · Electron ${facts.electronVersion} · Chromium ${facts.chromiumVersion}`}
        </dd>
      </dl>
      <div className={styles['rule']} />
      <DeskTrouble />
    </section>
  )
}

function ClockWords() {
  const { t } = useTranslation()
  const { clockDriftMs } = useLive(useKiosk().data.sync)
  const clock = useClock()
  if (clockDriftMs === null) return <p>{t('status.clockUnknown')}</p>
  const off = Math.abs(clockDriftMs)
  return (
    <p>{off < driftWarningMs ? t('status.clockGood') : t('status.clockOff', { time: clock.span(off) })}</p>
  )
}

function CameraWords({ fixed }: { readonly fixed: string | null }) {
  const { t } = useTranslation()
  const { state } = useCamera()
  const words = {
    live: () => t('status.cameraLive'),
    silent: () => t('status.cameraSilent'),
    missing: () => t('status.cameraMissing'),
    starting: () => t('status.cameraStarting'),
    fixed: () => t('status.cameraFixed', { name: fixed ?? '' }),
  }
  return words[state]()
}
