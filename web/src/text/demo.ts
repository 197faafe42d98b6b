/** The words of the demo's edge. */
export const demoText = {
  mark: 'Demo',
  about: 'The customers are simulated. Nothing you send reaches a real person.',
  phones: 'Open the customers’ phones',
  break: 'Break something',
}
