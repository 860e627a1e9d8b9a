/** The collection of the tests that kill servers with followers. */
export const followedThings = {
  name: 'things',
  partitionField: 'ownerId',
  bsonPaths: [
    { path: ['_id'], bson: 'objectId' },
    { path: ['ownerId'], bson: 'objectId' },
  ],
} as const
