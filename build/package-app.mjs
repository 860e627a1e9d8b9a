// @ts-check
/**
 * Packs the kiosk with electron-builder. `packageApp()` makes the unpacked Linux app that the end-to-end tests drive;
 * `packageRelease()` makes what a society installs. Needs renderer/dist; bundles the shell itself.
 * Alone: `node build/package-app.mjs [--electron-dist <folder>] [--out <folder>] [--release [--target AppImage,deb,nsis]]`.
 *
 * Where the download hosts are out of reach: the unpacked app needs an Electron folder (`electronDist`), `deb` needs
 * CUSTOM_FPM_PATH (a wrapper of dpkg-deb); AppImage and nsis fetch their own tools and cannot be made there.
 */
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, Platform } from 'electron-builder'
import { bundleElectron } from './bundle-electron.mjs'

/** @typedef {{ electronDist?: string | undefined, outDir?: string | undefined, pageDir?: string | undefined }} PackageOptions */
/** @typedef {import('electron-builder').Configuration} Configuration */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(import.meta.url)

/**
 * The app holds three things: the bundled shell, the built page, and a manifest without dependencies, since everything
 * is bundled. Staged apart from the workspaces, so that nothing else can slip into the archive.
 * @param {string} stage
 * @param {string} pageDir
 */
const stageApp = async (stage, pageDir) => {
  if (!existsSync(join(pageDir, 'index.html')))
    throw new Error(`The page is not built: there is no index.html in ${pageDir}.`)
  const { version, description, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const manifest = {
    name: 'chowki',
    productName: 'Chowki',
    version,
    description,
    license,
    author: { name: 'Chowki', email: 'desk@chowki.invalid' },
    homepage: 'https://chowki.invalid',
    type: 'module',
    main: 'electron/dist/main.js',
  }
  await writeFile(join(stage, 'package.json'), JSON.stringify(manifest))
  await cp(pageDir, join(stage, 'renderer', 'dist'), {
    recursive: true,
    // The compiler's declarations share the folder with the page.
    filter: (path) => !path.endsWith('.map') && path !== join(pageDir, 'types'),
  })
}

/** @param {string | undefined} electronDist */
const electronVersionOf = async (electronDist) =>
  electronDist === undefined
    ? require('electron/package.json').version
    : (await readFile(join(electronDist, 'version'), 'utf8')).trim().replace(/^v/, '')

/**
 * Playwright and debuggers reach the app by Node's inspect arguments, so only a release closes that door.
 * @param {boolean} isRelease
 * @returns {NonNullable<Configuration['electronFuses']>}
 */
const fuses = (isRelease) => ({
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: !isRelease,
  enableEmbeddedAsarIntegrityValidation: isRelease,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
})

/**
 * @param {{ stage: string, output: string, electronDist: string | undefined, electronVersion: string, isRelease: boolean }} parts
 * @returns {Configuration}
 */
const configuration = ({ stage, output, electronDist, electronVersion, isRelease }) => ({
  appId: 'in.chowki.kiosk',
  productName: 'Chowki',
  copyright: 'MIT licence',
  directories: { app: stage, output, buildResources: join(root, 'build') },
  files: ['package.json', 'electron/dist/**', 'renderer/dist/**'],
  asar: true,
  electronVersion,
  ...(electronDist === undefined ? {} : { electronDist }),
  electronFuses: fuses(isRelease),
  npmRebuild: false,
  nodeGypRebuild: false,
  electronLanguages: ['en-US', 'en-GB', 'hi', 'bn', 'gu', 'kn', 'ml', 'mr', 'ta', 'te'],
  publish: null,
  linux: {
    executableName: 'chowki',
    category: 'Office',
    icon: join(root, 'build', 'icon.png'),
    synopsis: 'The gate desk of a residential society',
    maintainer: 'Chowki <desk@chowki.invalid>',
  },
  // The fixed camera is node-webcam on fswebcam.
  deb: {
    depends: [
      'libgtk-3-0',
      'libnotify4',
      'libnss3',
      'libxss1',
      'libxtst6',
      'libgbm1',
      'libsecret-1-0',
      'fswebcam',
    ],
  },
  win: { icon: join(root, 'build', 'icon.png') },
  nsis: { oneClick: false, perMachine: true, deleteAppDataOnUninstall: false },
})

/**
 * @template T
 * @param {PackageOptions} options
 * @param {boolean} isRelease
 * @param {(stage: string, output: string, electronDist: string | undefined) => Promise<T>} work
 */
const withStage = async ({ electronDist, outDir, pageDir }, isRelease, work) => {
  const output = resolve(outDir ?? join(root, 'release'))
  await mkdir(output, { recursive: true })
  const stage = await mkdtemp(join(output, '.stage-'))
  try {
    await bundleElectron({ isRelease, outDir: join(stage, 'electron', 'dist') })
    await stageApp(stage, resolve(pageDir ?? join(root, 'renderer', 'dist')))
    return await work(stage, output, electronDist === undefined ? undefined : resolve(electronDist))
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

/**
 * The unpacked app for this machine. `electronDist` falls back to ELECTRON_OVERRIDE_DIST_PATH, then to the official
 * download. `pageDir` is the built page, renderer/dist unless told.
 * @param {PackageOptions} [options]
 * @returns {Promise<{ folder: string, executable: string }>}
 */
export const packageApp = async (options = {}) =>
  await withStage(
    { ...options, electronDist: options.electronDist ?? process.env['ELECTRON_OVERRIDE_DIST_PATH'] },
    false,
    async (stage, output, electronDist) => {
      const electronVersion = await electronVersionOf(electronDist)
      await build({
        targets: Platform.LINUX.createTarget('dir'),
        projectDir: stage,
        config: configuration({ stage, output, electronDist, electronVersion, isRelease: false }),
      })
      const folder = join(
        output,
        process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`,
      )
      return { folder, executable: join(folder, 'chowki') }
    },
  )

/**
 * Installers, always from the official Electron of package.json. Returns the files made.
 * @param {PackageOptions & { targets?: string[] }} [options]
 */
export const packageRelease = async ({ targets = ['AppImage', 'deb'], ...options } = {}) =>
  await withStage(options, true, async (stage, output, electronDist) => {
    const platform = targets.includes('nsis') ? Platform.WINDOWS : Platform.LINUX
    const electronVersion = await electronVersionOf(electronDist)
    return await build({
      targets: platform.createTarget(targets),
      projectDir: stage,
      config: configuration({ stage, output, electronDist, electronVersion, isRelease: true }),
    })
  })

const main = async () => {
  const { values } = parseArgs({
    options: {
      'electron-dist': { type: 'string' },
      out: { type: 'string' },
      page: { type: 'string' },
      release: { type: 'boolean', default: false },
      target: { type: 'string' },
    },
  })
  const options = { electronDist: values['electron-dist'], outDir: values.out, pageDir: values.page }
  const targets = values.target === undefined ? {} : { targets: values.target.split(',') }
  const made = values.release
    ? await packageRelease({ ...options, ...targets })
    : [(await packageApp(options)).executable]
  process.stdout.write(`${made.join('\n')}\n`)
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main()
