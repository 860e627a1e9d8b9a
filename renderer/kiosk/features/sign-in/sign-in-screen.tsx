import { IconArrowLeft, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { earliestPossible, isClockFarOff } from '@chowki/shared/domain/clock.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { EmptyNote } from '../../../ui/empty-note.tsx'
import { SideFrame } from '../../../ui/side-frame.tsx'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useClock, useNow } from '../../time.ts'
import { LanguageSwitch } from '../language/language-switch.tsx'
import { GuardCards } from './guard-cards.tsx'
import { PinStep } from './pin-step.tsx'
import styles from './sign-in-screen.module.css'

export function SignInScreen() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const guards = useLive(data.guards)
  const [userId, setUserId] = useState<string | null>(null)
  const guard = guards.find((g) => g.userId === userId)
  const back = (): void => setUserId(null)
  return (
    <SideFrame
      side={<GateWords />}
      top={
        <>
          {guard !== undefined && (
            <ActionButton
              look="plain"
              icon={IconArrowLeft}
              keys={t('keys.esc')}
              onPress={back}
              testId="another-guard"
            >
              {t('signIn.another')}
            </ActionButton>
          )}
          <LanguageSwitch />
        </>
      }
    >
      {guards.length === 0 ? (
        <EmptyNote icon={IconUsers} title={t('signIn.empty')} text={t('signIn.emptyText')} />
      ) : guard === undefined ? (
        <GuardCards guards={guards} title={t('signIn.title')} lead={t('signIn.lead')} onChoose={setUserId} />
      ) : (
        <PinStep
          key={guard.userId}
          guard={guard}
          title={t('signIn.pinTitle', { name: guard.name })}
          onPin={(pin) => data.signIn(guard.userId, pin)}
          onBack={back}
        />
      )}
    </SideFrame>
  )
}

function GateWords() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const site = useLive(data.site)
  const { clockDriftMs } = useLive(data.sync)
  const clock = useClock()
  const now = useNow(1_000)
  const isFarOff = isClockFarOff(clockDriftMs) || now < earliestPossible
  return (
    <>
      <p className={styles['gate']}>{site?.gateName ?? ''}</p>
      <p className={styles['society']}>{site?.societyName ?? ''}</p>
      <p className={styles['time']}>
        {clock.time(now)} · {clock.day(now)}
      </p>
      {isFarOff && (
        <p className={styles['clockOff']} role="alert" data-testid="clock-far-off">
          {t('signIn.clockFarOff', { time: clock.date(now) })}
        </p>
      )}
    </>
  )
}
