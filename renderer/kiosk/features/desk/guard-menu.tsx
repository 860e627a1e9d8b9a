import { Popover } from '@mantine/core'
import {
  IconChevronDown,
  IconClock,
  IconLogout2,
  IconMoon,
  IconSun,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Guard } from '../../../data/kiosk-data.ts'
import { ActionButton } from '../../../ui/action-button.tsx'
import { ChipGroup } from '../../../ui/chip-group.tsx'
import { iconStroke } from '../../../ui/theme.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { usePreferences } from '../../preferences.ts'
import { allCarriedOut } from '../visits/work-store.ts'
import { useDeskStore } from './desk-store.ts'
import styles from './guard-menu.module.css'

export function GuardMenu({ guard }: { readonly guard: Guard }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const go = useDeskStore((state) => state.go)
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={432}
      offset={8}
      trapFocus
      returnFocus
      classNames={{ dropdown: styles['sheet'] ?? '' }}
    >
      <Popover.Target>
        <button
          type="button"
          className={styles['target']}
          aria-label={t('menu.label', { name: guard.name })}
          onClick={() => setOpen(!open)}
          data-testid="guard-menu"
        >
          <span className={styles['name']}>{guard.name}</span>
          <IconChevronDown size={20} stroke={iconStroke} aria-hidden="true" />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <MenuSheet
          onFailed={() => {
            setOpen(false)
            go('gate')
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

function MenuSheet({ onFailed }: { readonly onFailed: () => void }) {
  return (
    <>
      <ThemeChoice />
      <SoundChoice />
      <div className={styles['rule']} />
      <SignOut onFailed={onFailed} />
    </>
  )
}

function ThemeChoice() {
  const { t } = useTranslation()
  const { theme, setTheme } = usePreferences()
  return (
    <>
      <p className={styles['label']}>{t('menu.theme')}</p>
      <ChipGroup
        label={t('menu.theme')}
        field="theme"
        look="even"
        value={theme}
        options={[
          { value: 'auto', label: t('menu.themeAuto'), icon: IconClock, testId: 'theme-auto' },
          { value: 'light', label: t('menu.themeLight'), icon: IconSun, testId: 'theme-light' },
          { value: 'dark', label: t('menu.themeDark'), icon: IconMoon, testId: 'theme-dark' },
        ]}
        onChoose={setTheme}
      />
    </>
  )
}

function SoundChoice() {
  const { t } = useTranslation()
  const { sound, setSound } = usePreferences()
  return (
    <>
      <p className={styles['label']}>{t('menu.sound')}</p>
      <ChipGroup
        label={t('menu.sound')}
        field="sound"
        look="even"
        value={sound ? 'on' : 'off'}
        options={[
          { value: 'on', label: t('menu.soundOn'), icon: IconVolume, testId: 'sound-on' },
          { value: 'off', label: t('menu.soundOff'), icon: IconVolumeOff, testId: 'sound-off' },
        ]}
        onChoose={(choice) => setSound(choice === 'on')}
      />
    </>
  )
}

/** `onFailed`: somebody was not let in or out after all; the guard stays, and the gate says whom. */
function SignOut({ onFailed }: { readonly onFailed: () => void }) {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const { unsyncedRecords } = useLive(data.sync)
  const [isWaiting, setWaiting] = useState(false)
  const signOut = async (): Promise<void> => {
    if (isWaiting) return
    setWaiting(true)
    // Who tapped "Let in" hears whether it was saved.
    const isAllSaved = await allCarriedOut()
    setWaiting(false)
    if (isAllSaved) await data.signOut()
    else onFailed()
  }
  return (
    <>
      <p className={styles['statement']}>
        {unsyncedRecords === 0
          ? t('menu.signOutClean')
          : t('menu.signOutWaiting', { count: unsyncedRecords })}
      </p>
      <ActionButton look="quiet" icon={IconLogout2} wide onPress={() => void signOut()} testId="sign-out">
        {t(isWaiting ? 'menu.signOutSaving' : 'menu.signOut')}
      </ActionButton>
    </>
  )
}
