import { hashPin } from './pin-hash.ts'
import { dayMs, demoEnvelope, demoPhone, demoVehicleNumber, hourMs } from './demo-plan.ts'
import type { DemoDocument, DemoPlan } from './demo-plan.ts'
import { nameScripts, personName } from './names.ts'
import { demoId } from './random.ts'
import type { DemoFlat } from './buildings.ts'

export interface DemoResident extends DemoDocument {
  readonly flatId: string
  readonly name: string
  readonly phone: string
}

const occupiedShare = 0.93

/** One to three adults in most flats; a few flats are empty, a few people have moved out. */
export function demoResidents(plan: DemoPlan, flats: readonly DemoFlat[]): DemoResident[] {
  const random = plan.random('residents')
  const homes = flats.filter(() => random.chance(occupiedShare))
  const places = homes.flatMap((flat) => Array.from({ length: random.integer(1, 3) }, () => flat))
  return places.map((flat, index) => {
    const movedInAt = plan.now - random.integer(30, 880) * dayMs
    const hasMovedOut = random.chance(0.03)
    const script = index < nameScripts.length ? nameScripts[index] : undefined
    return {
      ...demoEnvelope('resident', index, movedInAt),
      flatId: flat._id,
      residentType: random.chance(0.7) ? 'Owner' : 'Tenant',
      name: personName(random, script),
      phone: demoPhone('resident', index),
      ...(random.chance(0.45) && {
        vehicles: [demoVehicle(random.chance(0.6), demoVehicleNumber(random), index)],
      }),
      status: hasMovedOut ? 'MovedOut' : 'Active',
      moveInDate: movedInAt,
      ...(hasMovedOut && { moveOutDate: plan.now - 3 * dayMs }),
    }
  })
}

const demoVehicle = (isCar: boolean, registrationNumber: string, index: number) => ({
  registrationNumber,
  type: isCar ? 'Car' : 'Bike',
  parkingSlot: `P${1 + (index % 3)}-${String(index).padStart(3, '0')}`,
})

export interface DemoGuard {
  readonly userId: string
  readonly name: string
  readonly role: 'Guard' | 'Supervisor'
  readonly pin: string
}

const guardNames = [
  'Suresh Yadav',
  'Ramesh Kumar',
  'सुनीता पाटिल',
  'Mohammed Irfan',
  'முருகன் வேலு',
  'Bahadur Thapa',
  'Kavita Jadhav',
  'మహేష్ గౌడ్',
] as const
const supervisorNames = ['Anil Deshmukh', 'Lalitha Nair'] as const

/** Who can sign in at the gates. Their PINs are no secret: the society is invented. */
export function demoGuards(plan: DemoPlan): DemoGuard[] {
  const random = plan.random('pins')
  const guard = (role: DemoGuard['role']) => (name: string, index: number) => ({
    userId: demoId(`user-${role}`, index),
    name,
    role,
    pin: String(random.integer(1000, 9999)),
  })
  return [...guardNames.map(guard('Guard')), ...supervisorNames.map(guard('Supervisor'))]
}

export async function demoUsers(plan: DemoPlan, guards: readonly DemoGuard[]): Promise<DemoDocument[]> {
  const at = plan.now - 200 * dayMs
  const desk = await Promise.all(
    guards.map(async ({ userId, name, role, pin }, index) => ({
      ...demoEnvelope('user', index, at),
      _id: userId,
      name,
      phoneNumber: demoPhone('staff', index),
      role,
      pinHash: await hashPin(pin),
      isActive: true,
    })),
  )
  const admins = ['Meera Iyer', 'Joseph Mathew'].map((name, index) => ({
    ...demoEnvelope('admin', index, at),
    name,
    phoneNumber: demoPhone('office', 10 + index),
    email: `admin${index + 1}@lotus-heights.example`,
    role: 'Admin',
    isActive: true,
    lastLogin: plan.now - random24h(index),
  }))
  return [...desk, ...admins]
}

const random24h = (index: number): number => (3 + index * 7) * hourMs

const officeRoles = [
  'Manager',
  'Cleaner',
  'Cleaner',
  'Cleaner',
  'Gardener',
  'Plumber',
  'Electrician',
  'LiftOperator',
]

export function demoStaff(plan: DemoPlan, guards: readonly DemoGuard[]): DemoDocument[] {
  const random = plan.random('staff')
  const others = officeRoles.map((role) => ({ role, name: personName(random) }))
  return [...guards.map(({ name }) => ({ role: 'Guard', name })), ...others].map(({ name, role }, index) => {
    const joinedAt = plan.now - random.integer(60, 800) * dayMs
    return {
      ...demoEnvelope('staff', index, joinedAt),
      name,
      role,
      phone: demoPhone('staff', index),
      joiningDate: joinedAt,
      salary: random.integer(140, 260) * 10_000,
      status: 'Active',
    }
  })
}
