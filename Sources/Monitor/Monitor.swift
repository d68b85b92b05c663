import Devices
import ISACore
import Machine

/// A virtual machine monitor in the paper's three modules: the **dispatcher** gets control at every
/// exit and decides (`Monitor+Dispatcher.swift`), the **allocator** owns storage and the map
/// (`Allocator`), the **interpreter** does for a guest what the real machine refuses
/// (`Monitor+Interpreter.swift`). It knows of no architecture: everything of that kind stands in
/// the description.
public final class Monitor {
  public let host: any Host
  public let strategy: Strategy
  /// Mistakes to be made on purpose; see `Mutation`.
  public let mutation: Mutation?
  public private(set) var guests: [VirtualMachine] = []
  /// What the audits have found.
  public internal(set) var audit = Audit()

  /// Every so many direct runs the host takes an interruption of its own, which is none of the
  /// guest's business; 0: never.
  public var disturbancePeriod = 0
  var directRuns = 0

  let isa: InstructionSet
  let plan: MapPlan
  let prepared: PreparedMap
  let allocator: Allocator
  let forms: FormFacts
  let modePair: ModePair?
  /// The guest whose map the host has; 0 for none.
  var mappedGuest = 0
  /// By interruption: whether it came through when a guest first had control, nil until that is known;
  /// no guest's state may change that.
  var admitted: [Bool?] = []
  /// Times that a guest's mappings were forgotten from outside.
  var drops = 0
  /// Frames that hold canaries.
  var painted: Set<UInt64> = []

  /// - Parameters:
  ///   - host: a machine with storage and nothing in it; the monitor takes it over.
  ///   - drum: where pages go; without one, guests get no more than there is.
  public init(
    on host: any Host, strategy: Strategy = .trapAndEmulate, drum: Drum? = nil,
    mutation: Mutation? = nil, paint: ReservePaint = .plausible
  ) throws(MonitorError) {
    isa = host.machine.isa
    guard let map = isa.monitor else {
      throw MonitorError(
        "the description of \(isa.name) has no monitor block: it does not say how guests are run")
    }
    self.host = host
    self.strategy = strategy
    self.mutation = mutation
    plan = MapPlan(isa, map)
    prepared = PreparedMap(map, on: host.machine)
    allocator = try Allocator(
      plan, host: host.machine, drum: drum ?? Drum(capacity: 0), mutation: mutation)
    forms = FormFacts(isa, plan)
    modePair = isa.modePairs.first
    paintReserve(paint)
    if let start = prepared.start {
      _ = host.machine.evaluate(start)
      host.noteChange()
    }
    paintCanaries()
    allocator.willEvict = { [unowned self] frame in self.unmap(frame: frame) }
    allocator.didPlace = { [unowned self] guest, page, frame in
      self.painted.remove(frame)
      self.placeAttached(guest, page: page, frame: frame)
    }
    (host as? VirtualHost)?.tellsOfPages { [unowned self] in self.allocator.forgetWindow(at: $0) }
  }

  /// Here, which may take room further out, and then there.
  func makeRoom() {
    allocator.makeRoom()
    host.makeRoom()
  }

  /// Makes a virtual machine: as the real one, but with the storage and features that are chosen.
  ///
  /// - Parameters:
  ///   - choices: what the virtual machine's implementation decides, its storage size among it.
  ///   - devices: its own.
  public func admit(
    name: String, choices: [ChoiceID: UInt128], devices: [any Device]
  ) throws(MonitorError) -> VirtualMachine {
    let number = guests.count + 1
    guard number < 256 else { throw MonitorError("a monitor runs at most 255 guests") }
    let machine = Machine(isa, choices: choices, decoder: host.machine.decoder)
    let memory = isa.memories[Int(allocator.memory)]
    let extent = memory.sizeChoice.map { UInt64(clamping: machine.choice($0)) } ?? memory.size
    let origin = try allocator.admit(number, name: name, extent: extent)
    machine.openWindow(allocator.memory) { [unowned self] address in
      self.allocator.place(number, address).map {
        Machine.WindowPlace(machine: self.host.machine, address: $0)
      }
    }
    let guest = VirtualMachine(
      number: number, name: name, system: System(machine, devices: devices), origin: origin)
    allocator.register(guest)
    guests.append(guest)
    return guest
  }

  /// Pages brought in from the drum, and pages written to it.
  public var paging: (ins: UInt64, outs: UInt64) { (allocator.pageIns, allocator.pageOuts) }

  // MARK: Running

  /// Runs one guest for at most `limit` steps; see `System.run` for what a step is.
  ///
  /// - Returns: the steps made; fewer if the guest has come to an end.
  public func run(_ guest: VirtualMachine, limit: UInt64) -> UInt64 {
    dispatch(guest, limit: limit, endsAtTrap: false).steps
  }

  // MARK: Experiments

  /// Lets a guest go on that had come to an end, from whatever state it is brought into.
  public func revive(_ guest: VirtualMachine) {
    guest.end = nil
    guest.mappingTime = .max
  }

  /// Forgets what was mapped, as after a change of the virtual state from outside.
  public func forgetMappings(of guest: VirtualMachine) {
    dropMappings(of: guest)
    refreshAttached(guest)
  }
}
