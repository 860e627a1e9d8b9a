import { IconCamera, IconCameraOff, IconCloud, IconPhotoOff } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { classNames } from '../../../ui/class-names.ts'
import { iconStroke } from '../../../ui/theme.ts'
import type { ShownPhoto } from '../../queries.ts'
import styles from './photo-place.module.css'
import type { Camera } from './use-camera.ts'

interface PhotoPlaceProps {
  readonly camera: Camera
  /** The visitor is inside: the photo of the entry stands here instead of the live picture. */
  readonly stays: boolean
  readonly taken: ShownPhoto
  /** Fills its place, in the shape in which pictures are taken. */
  readonly wide?: boolean
}

/** The live picture in the photo's place; the main action takes it. */
export function PhotoPlace({ camera, stays, taken, wide = false }: PhotoPlaceProps) {
  const { t } = useTranslation()
  if (stays)
    return (
      <div className={styles['place']}>
        {taken.url !== null && (
          <img className={styles['picture']} src={taken.url} alt={t('camera.taken')} draggable={false} />
        )}
        {taken.standing === 'away' && <Note icon={IconCloud} text={t('camera.away')} />}
        {taken.standing === 'none' && <Note icon={IconPhotoOff} text={t('camera.none')} />}
      </div>
    )
  return (
    <div className={classNames(styles['place'], wide && styles['wide'])} data-camera={camera.state}>
      {(camera.state === 'live' || camera.state === 'silent') && (
        <div
          hidden={camera.state === 'silent'}
          className={styles['live']}
          ref={camera.attach}
          role="img"
          aria-label={t('camera.live')}
        />
      )}
      {camera.state === 'starting' && <Note icon={IconCamera} text={t('camera.starting')} />}
      {camera.state === 'silent' && <Note icon={IconCameraOff} text={t('camera.silent')} />}
      {camera.state === 'missing' && <Note icon={IconCameraOff} text={t('camera.missing')} />}
      {camera.state === 'fixed' && <Note icon={IconCamera} text={t('camera.fixed')} />}
    </div>
  )
}

function Note({ icon: Sign, text }: { readonly icon: Icon; readonly text: string }) {
  return (
    <p className={styles['note']}>
      <Sign size={32} stroke={iconStroke} aria-hidden="true" />
      {text}
    </p>
  )
}
