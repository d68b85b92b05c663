import ISACore
import Machine

/// What the channels share with the processor, as the `device` item binds it.
///
/// | key | state |
/// | --- | --- |
/// | `channel_state`, `channel_device` | by channel: 0 not operational, 1 available, 2 interruption pending, 3 working; and which device that concerns |
/// | `subchannel`, `device` | by unit (channel and device, 11 bits): the same states |
/// | `immediate` | by unit: a control command ends at the channel as soon as it is given |
/// | `status` | by unit: the CSW of its pending interruption condition |
/// | `program` | by channel: the CAW of the operation last started |
/// | `storage`, `storage_key` | main storage and its keys |
/// | `storage_size`, `store_protection`, `fetch_protection` | choices or numbers |
struct SharedState {
  enum Condition: UInt8 {
    case notOperational = 0
    case available = 1
    case pending = 2
    case working = 3
  }

  let channelState: DeviceRegister
  let channelDevice: DeviceRegister
  let subchannel: DeviceRegister
  let device: DeviceRegister
  let immediate: DeviceRegister
  let status: DeviceRegister
  let program: DeviceRegister
  let storage: MemoryID
  let storageKey: DeviceRegister
  private let storageSize: DeviceBinding.Attachment.Value
  private let storeProtection: DeviceBinding.Attachment.Value
  private let fetchProtection: DeviceBinding.Attachment.Value

  private let mutation: DeviceMutation?

  init(_ binding: DeviceBinding, _ mutation: DeviceMutation?) throws(DeviceError) {
    self.mutation = mutation
    channelState = try DeviceRegister("channel_state", of: binding)
    channelDevice = try DeviceRegister("channel_device", of: binding)
    subchannel = try DeviceRegister("subchannel", of: binding)
    device = try DeviceRegister("device", of: binding)
    immediate = try DeviceRegister("immediate", of: binding)
    status = try DeviceRegister("status", of: binding)
    program = try DeviceRegister("program", of: binding)
    // Four bits of the key, one for fetching; a Model 67 has two more, which channels leave alone.
    storageKey = try DeviceRegister("storage_key", of: binding).leading(5)
    guard case .memory(let memory) = binding["storage"] else {
      throw DeviceError(
        "device \(binding.name): a \(binding.model) needs a memory as 'storage'", at: binding.span)
    }
    storage = memory
    storageSize = try SharedState.quantity("storage_size", of: binding)
    storeProtection = try SharedState.quantity("store_protection", of: binding)
    fetchProtection = try SharedState.quantity("fetch_protection", of: binding)
  }

  private static func quantity(
    _ key: String, of binding: DeviceBinding
  ) throws(DeviceError) -> DeviceBinding.Attachment.Value {
    switch binding[key] {
    case .choice(let choice): return .choice(choice)
    case .number(let number): return .number(number)
    default:
      throw DeviceError(
        "device \(binding.name): a \(binding.model) needs a choice or a number as '\(key)'",
        at: binding.span)
    }
  }

  private func value(_ quantity: DeviceBinding.Attachment.Value, _ machine: Machine) -> UInt128 {
    switch quantity {
    case .choice(let choice): machine.choice(choice)
    case .number(let number): number
    default: 0
    }
  }

  /// Main storage as a channel operation with this key sees it.
  func storage(of machine: Machine, key: UInt8) -> ChannelStorage {
    ChannelStorage(
      machine: machine, memory: storage, keys: storageKey, key: key,
      size: mutation == .doesNotCheckAddresses
        ? .max : UInt64(clamping: value(storageSize, machine)),
      isStoreProtected: mutation != .ignoresKeys && value(storeProtection, machine) != 0,
      isFetchProtected: mutation != .ignoresKeys && value(fetchProtection, machine) != 0)
  }

  func condition(_ register: DeviceRegister, _ element: Int, _ machine: Machine) -> Condition {
    Condition(rawValue: UInt8(truncatingIfNeeded: register.value(in: machine, element)))
      ?? .notOperational
  }

  func set(
    _ register: DeviceRegister, _ element: Int, _ condition: Condition, _ machine: Machine
  ) {
    register.set(UInt128(condition.rawValue), in: machine, element)
  }
}

/// Main storage through the checks that a channel makes: within the storage installed, and let in
/// by the key (GA22-6821, "Storage Protection": a key of zero opens every block).
struct ChannelStorage {
  let machine: Machine
  let memory: MemoryID
  let keys: DeviceRegister
  let key: UInt8
  let size: UInt64
  let isStoreProtected: Bool
  let isFetchProtected: Bool

  /// What forbids the access to a byte; empty if nothing does.
  func check(_ address: UInt32, isStore: Bool) -> ChannelStatus {
    guard UInt64(address) < size else { return .programCheck }
    guard key != 0, isStore ? isStoreProtected : isFetchProtected else { return [] }
    let lock = UInt8(truncatingIfNeeded: keys.value(in: machine, Int(address >> 11)))
    if !isStore && lock & 1 == 0 { return [] }
    return lock >> 1 == key ? [] : .protectionCheck
  }

  func byte(_ address: UInt32) -> UInt8 {
    UInt8(truncatingIfNeeded: machine.unit(memory, UInt64(address)))
  }

  func store(_ byte: UInt8, at address: UInt32) {
    machine.setUnit(memory, UInt64(address), UInt128(byte))
  }

  /// A channel command word, or what forbids to fetch it.
  func commandWord(
    at address: UInt32
  ) -> (word: ChannelCommandWord?, status: ChannelStatus) {
    guard address & 7 == 0 else { return (nil, .programCheck) }
    let status = check(address, isStore: false)
    guard status.isEmpty else { return (nil, status) }
    let word = machine.load(memory, UInt64(address), units: 8)
    return (ChannelCommandWord(UInt64(truncatingIfNeeded: word)), [])
  }
}
