import { IconUserCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useGateStore } from './gate-store.ts'
import styles from './known-by-phone.module.css'
import { isCertain, usePeople } from './use-people.ts'

/** A full number typed for a new visitor may be somebody known: offered, never taken without being asked. */
export function KnownByPhone({ phone }: { readonly phone: string }) {
  const { t } = useTranslation()
  const choose = useGateStore((state) => state.choose)
  const region = useLive(useKiosk().data.site)?.phoneRegion
  const people = usePeople(phone)
  const [hit] = people.hits
  if (hit === undefined || !isCertain(people, phone, region)) return null
  return (
    <ActionButton
      look="quiet"
      icon={IconUserCheck}
      className={styles['known']}
      onPress={() => choose(hit)}
      testId="known-by-phone"
    >
      {t('gate.known', { name: hit.name })}
    </ActionButton>
  )
}
