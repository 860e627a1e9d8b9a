import type { CollectionName } from '../collections/registry.ts'

/**
 * The data model that this product was asked for, as it was written down. For tests only.
 * `[]` is each element of a list; after `=`, words that the field must take.
 */
export const dataModel: Readonly<Partial<Record<CollectionName, string>>> = {
  societies: `
    _id: ObjectId
    name: String
    address.street: String
    address.city: String
    address.state: String
    address.pincode: String
    address.country: String
    contact.phone: String
    contact.email: String
    admin.name: String
    admin.phone: String
    admin.email: String
    createdAt: Date
    updatedAt: Date
  `,
  blocks: `
    _id: ObjectId
    societyId: ObjectId
    name: String
    floors: Number
    createdAt: Date
    updatedAt: Date
  `,
  flats: `
    _id: ObjectId
    societyId: ObjectId
    blockId: ObjectId
    flatNumber: String
    floor: Number
    type: String = 1BHK | 2BHK | 3BHK
    area: Number
    createdAt: Date
    updatedAt: Date
  `,
  residents: `
    _id: ObjectId
    societyId: ObjectId
    flatId: ObjectId
    userId: ObjectId
    residentType: String = Owner | Tenant
    name: String
    phone: String
    email: String
    emergencyContacts[].name: String
    emergencyContacts[].phone: String
    emergencyContacts[].relationship: String
    vehicles[].registrationNumber: String
    vehicles[].type: String = Car | Bike
    vehicles[].parkingSlot: String
    status: String = Active | Inactive | MovedOut
    moveInDate: Date
    moveOutDate: Date
    createdAt: Date
    updatedAt: Date
  `,
  familyMembers: `
    _id: ObjectId
    residentId: ObjectId
    name: String
    relationship: String = Spouse | Child | Parent
    phone: String
    email: String
    profilePicture: String
    createdAt: Date
    updatedAt: Date
  `,
  users: `
    _id: ObjectId
    phoneNumber: String
    email: String
    password: String
    role: String = Resident | Admin | Guard | SuperAdmin
    fcmToken: String
    isActive: Boolean
    lastLogin: Date
    createdAt: Date
    updatedAt: Date
  `,
  visitors: `
    _id: ObjectId
    societyId: ObjectId
    name: String
    phone: String
    email: String
    photo: String
    idProof.type: String = Aadhar | Passport | Driving License
    idProof.number: String
    idProof.photo: String
    isFrequent: Boolean
    rating: Number
    createdAt: Date
    updatedAt: Date
  `,
  visitorEntries: `
    _id: ObjectId
    societyId: ObjectId
    visitorId: ObjectId
    flatId: ObjectId
    residentId: ObjectId
    entryType: String = Invited | Unexpected | Delivery | DailyHelp
    entryDateTime: Date
    exitDateTime: Date
    entryPhoto: String
    exitPhoto: String
    entryGuard: ObjectId
    exitGuard: ObjectId
    approvalStatus: String = Pending | Approved | Rejected
    approvedBy: ObjectId
    approvalDateTime: Date
    passCode: String
    vehicleDetails.number: String
    vehicleDetails.type: String
    purpose: String
    temperature: Number
    maskWorn: Boolean
    notes: String
    createdAt: Date
    updatedAt: Date
  `,
  preApprovals: `
    _id: ObjectId
    societyId: ObjectId
    residentId: ObjectId
    flatId: ObjectId
    visitorId: ObjectId
    visitorName: String
    visitorPhone: String
    validFrom: Date
    validTo: Date
    recurrence.type: String = Daily | Weekly | Monthly
    recurrence.days[]: String
    status: String = Active | Inactive
    createdAt: Date
    updatedAt: Date
  `,
  maintenancePlans: `
    _id: ObjectId
    societyId: ObjectId
    name: String
    description: String
    billingCycle: String = Monthly | Quarterly | Half-Yearly | Yearly
    components[].name: String
    components[].amount: Number
    components[].type: String = Fixed | PerSqFt
    applicableFrom: Date
    applicableTo: Date
    status: String = Active | Inactive
    createdAt: Date
    updatedAt: Date
  `,
  maintenanceBills: `
    _id: ObjectId
    societyId: ObjectId
    flatId: ObjectId
    residentId: ObjectId
    billPeriod.from: Date
    billPeriod.to: Date
    dueDate: Date
    billingDate: Date
    maintenancePlanId: ObjectId
    lineItems[].componentName: String
    lineItems[].amount: Number
    lineItems[].description: String
    totalAmount: Number
    discount: Number
    tax: Number
    grandTotal: Number
    status: String = Generated | Sent | PartiallyPaid | Paid | Overdue
    paymentDate: Date
    paymentMethod: String
    transactionId: String
    reminders[].date: Date
    reminders[].type: String = SMS | Email | Push
    createdAt: Date
    updatedAt: Date
  `,
  payments: `
    _id: ObjectId
    societyId: ObjectId
    residentId: ObjectId
    billId: ObjectId
    amount: Number
    paymentMethod: String = UPI | Card | NetBanking | Cash
    transactionId: String
    paymentDate: Date
    status: String = Success | Failed | Pending
    receiptUrl: String
    createdAt: Date
    updatedAt: Date
  `,
  expenses: `
    _id: ObjectId
    societyId: ObjectId
    category: String = Salary | Maintenance | Utilities
    description: String
    amount: Number
    date: Date
    paidTo: String
    paymentMethod: String
    transactionId: String
    receipt: String
    approvedBy: ObjectId
    approvedDate: Date
    createdAt: Date
    updatedAt: Date
  `,
  complaints: `
    _id: ObjectId
    societyId: ObjectId
    residentId: ObjectId
    flatId: ObjectId
    title: String
    description: String
    category: String = Plumbing | Electrical | Civil | Security
    priority: String = Low | Medium | High | Critical
    status: String = Open | Assigned | InProgress | Resolved | Closed
    assignedTo: ObjectId
    images[]: String
    comments[].userId: ObjectId
    comments[].text: String
    comments[].timestamp: Date
    createdAt: Date
    updatedAt: Date
    resolvedAt: Date
    resolvedBy: ObjectId
  `,
  vendors: `
    _id: ObjectId
    societyId: ObjectId
    name: String
    contactPerson: String
    phone: String
    email: String
    address: String
    services[]: String = Plumbing | Electrical
    rating: Number
    reviews[].userId: ObjectId
    reviews[].rating: Number
    reviews[].comment: String
    reviews[].date: Date
    contractStartDate: Date
    contractEndDate: Date
    status: String = Active | Inactive
    createdAt: Date
    updatedAt: Date
  `,
  staff: `
    _id: ObjectId
    societyId: ObjectId
    name: String
    role: String = Guard | Cleaner | Plumber
    phone: String
    email: String
    address: String
    joiningDate: Date
    salary: Number
    status: String = Active | Inactive
    createdAt: Date
    updatedAt: Date
  `,
  amenities: `
    _id: ObjectId
    societyId: ObjectId
    name: String
    description: String
    type: String = Clubhouse | Gym | SwimmingPool
    capacity: Number
    rules[]: String
    photos[]: String
    bookingFee: Number
    status: String = Available | Maintenance | Unavailable
    createdAt: Date
    updatedAt: Date
  `,
  bookings: `
    _id: ObjectId
    societyId: ObjectId
    amenityId: ObjectId
    residentId: ObjectId
    flatId: ObjectId
    bookingDate: Date
    startTime: Date
    endTime: Date
    status: String = Requested | Approved | Rejected | Cancelled | Completed
    approvedBy: ObjectId
    approvedAt: Date
    paymentStatus: String = Pending | Paid | Refunded
    transactionId: String
    bookingFee: Number
    numberOfPeople: Number
    purpose: String
    createdAt: Date
    updatedAt: Date
  `,
  notifications: `
    _id: ObjectId
    userId: ObjectId
    title: String
    message: String
    type: String = Info | Warning | Alert | Reminder
    category: String = Visitor | Maintenance | Payment | Booking
    relatedEntityId: ObjectId
    relatedEntityType: String = VisitorEntry | MaintenanceBill | Booking
    isRead: Boolean
    readAt: Date
    createdAt: Date
  `,
  guardDevices: `
    _id: ObjectId
    societyId: ObjectId
    deviceId: String
    deviceName: String
    location: String = MainGate | Tower | Clubhouse
    status: String = Active | Inactive | Maintenance
    lastActive: Date
    createdAt: Date
    updatedAt: Date
  `,
  patrolRoutes: `
    _id: ObjectId
    societyId: ObjectId
    name: String
    checkpoints[].name: String
    checkpoints[].location.latitude: Number
    checkpoints[].location.longitude: Number
    checkpoints[].order: Number
    frequency: String = Hourly | Every2Hours | Every4Hours
    assignedGuards[]: ObjectId
    createdAt: Date
    updatedAt: Date
  `,
  patrolLogs: `
    _id: ObjectId
    societyId: ObjectId
    routeId: ObjectId
    guardId: ObjectId
    checkpointId: ObjectId
    timestamp: Date
    photo: String
    notes: String
    createdAt: Date
  `,
}
