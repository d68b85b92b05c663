/// Mistakes that a device's model can make, to be made on purpose on the virtual side only: a
/// verification that does not notice them is worth nothing.
public enum DeviceMutation: String, CaseIterable, Sendable {
  /// A channel takes every address that a command word names, beyond the storage, too.
  case doesNotCheckAddresses = "does not check the addresses of command words"
  /// A channel stores and fetches whatever its key.
  case ignoresKeys = "ignores storage keys"
  /// A terminal or a channel does not act when it is due: its interruptions never come.
  case losesInterruptions = "loses interruptions"
}
