/** The URL of the tests' MongoDB; each test uses a database of its own there. */
export function mongodbTestUrl(): string {
  const url = process.env['MONGODB_TEST_URL']
  if (url === undefined)
    throw new Error('MONGODB_TEST_URL is not set; `npm test` starts a MongoDB and sets it.')
  return url
}
