/** Of the MongoDB that is there for tests; a database of it is the test's own. */
export function mongodbTestUrl(): string {
  const url = process.env['MONGODB_TEST_URL']
  if (url === undefined)
    throw new Error('MONGODB_TEST_URL is not set; `npm test` starts a MongoDB and sets it.')
  return url
}
