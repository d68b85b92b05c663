import ISACore
import Machine

/// The paper's **allocator**: owns the host's storage, decides what a guest gets, and keeps what
/// there is no room for on the drum.
final class Allocator {
  /// A block of the host's storage of one granule.
  struct Frame {
    /// 0: free.
    var guest = 0
    /// Real address in the guest's storage.
    var page: UInt64 = 0
    /// Virtual addresses for which it was installed.
    var mappings: [UInt64] = []
    /// Used since the hand last passed.
    var isUsed = false
  }

  let host: Machine
  let memory: MemoryID
  let granule: UInt64
  private(set) var firstFrame: UInt64
  private(set) var frames: [Frame]
  private var free: [Int] = []
  private var hand = 0
  /// By guest number, by page: the frame, or where it is on the drum.
  private var resident: [[UInt64: Int]] = [[:]]
  private var swapped: [[UInt64: Int]] = [[:]]
  private var machines: [VirtualMachine?] = [nil]
  private var extents: [UInt64] = [0]
  /// Handed out in one piece per guest.
  private let isContiguous: Bool
  private let drum: Drum
  private let mutation: Mutation?
  /// Called before a frame is taken from a guest.
  var willEvict: ((_ frame: Int) -> Void)?
  /// Called when a page has got a frame.
  var didPlace: ((_ guest: VirtualMachine, _ page: UInt64, _ frame: UInt64) -> Void)?
  /// Frames kept free for what one instruction may touch.
  static let reserve = 8
  private(set) var pageIns: UInt64 = 0
  private(set) var pageOuts: UInt64 = 0

  init(
    _ plan: MapPlan, host: Machine, drum: Drum, mutation: Mutation?
  ) throws(MonitorError) {
    guard plan.monitor.storage.count == 1, let share = plan.monitor.storage.first else {
      throw MonitorError("the monitor can share out one translated memory, no more and no less")
    }
    self.host = host
    self.drum = drum
    self.mutation = mutation
    memory = share.memory
    granule = share.granule
    isContiguous = plan.monitor.install == nil
    let declared = plan.isa.memories[Int(memory)]
    let size = declared.sizeChoice.map { UInt64(clamping: host.choice($0)) } ?? declared.size
    firstFrame = (share.reserved + granule - 1) / granule * granule
    let count = size > firstFrame ? (size - firstFrame) / granule : 0
    frames = Array(repeating: Frame(), count: Int(min(count, 1 << 24)))
    free = Array(frames.indices.reversed())
    guard host.pageUnits(memory) <= granule else {
      throw MonitorError("a granule of \(granule) units is finer than storage can be shared")
    }
  }

  func address(of frame: Int) -> UInt64 { firstFrame + UInt64(frame) * granule }

  // MARK: Guests

  /// Finds room for a guest's storage.
  ///
  /// - Returns: where it starts if it lies in one piece, else 0.
  func admit(_ number: Int, name: String, extent: UInt64) throws(MonitorError) -> UInt64 {
    let count = Int((extent + granule - 1) / granule)
    resident.append([:])
    swapped.append([:])
    machines.append(nil)
    extents.append(extent)
    guard isContiguous else {
      guard frames.count >= 2 * Allocator.reserve else {
        throw MonitorError(
          "the machine has \(frames.count) blocks of \(granule) units to share out; paging needs "
            + "\(2 * Allocator.reserve)")
      }
      return 0
    }
    var start = 0
    while start + count <= frames.count {
      guard let taken = (start..<start + count).last(where: { frames[$0].guest != 0 }) else {
        for index in 0..<count {
          frames[start + index] = Frame(guest: number, page: UInt64(index) * granule)
          resident[number][UInt64(index) * granule] = start + index
          clear(start + index)
        }
        free.removeAll { (start..<start + count).contains($0) }
        return address(of: start)
      }
      start = taken + 1
    }
    throw MonitorError(
      "no room for \(extent) units of storage of \(name): the machine has \(frames.count) blocks "
        + "of \(granule) to share out, \(frames.count { $0.guest == 0 }) of them free")
  }

  func register(_ guest: VirtualMachine) {
    machines[guest.number] = guest
  }

  // MARK: Pages

  /// Where a page of a guest's storage lies, brought in from the drum if need be; nil if it is
  /// beyond the guest's storage, or the drum fails.
  func place(_ number: Int, _ address: UInt64) -> UInt64? {
    let page = address / granule * granule
    guard page < extents[number] else { return nil }
    if let frame = resident[number][page] {
      frames[frame].isUsed = true
      return self.address(of: frame) + (address - page)
    }
    guard let frame = free.popLast() ?? evict() else {
      machines[number]?.end = .lost("there is no room for its storage, nor on the drum")
      return nil
    }
    if let slot = swapped[number].removeValue(forKey: page) {
      guard let contents = drum.take(slot, count: wordsPerFrame) else {
        machines[number]?.end = .lost("a page on the drum cannot be read")
        return nil
      }
      pageIns += 1
      fill(frame, with: contents)
    } else {
      clear(frame)
    }
    frames[frame] = Frame(guest: number, page: page, isUsed: true)
    resident[number][page] = frame
    if let guest = machines[number] { didPlace?(guest, page, self.address(of: frame)) }
    return self.address(of: frame) + (address - page)
  }

  private var wordsPerFrame: Int {
    host.pageContents(memory, firstFrame).count * Int(granule / host.pageUnits(memory))
  }

  /// Nobody gets to see what a frame held before.
  private func clear(_ frame: Int) {
    fill(frame, with: Array(repeating: 0, count: wordsPerFrame))
  }

  private func fill(_ frame: Int, with words: [UInt64]) {
    let unit = host.pageUnits(memory)
    let perPage = words.count / Int(granule / unit)
    for index in 0..<Int(granule / unit) {
      host.replacePage(
        memory, address(of: frame) + UInt64(index) * unit,
        with: Array(words[index * perPage..<(index + 1) * perPage]))
    }
  }

  private func contents(of frame: Int) -> [UInt64] {
    let unit = host.pageUnits(memory)
    return (0..<Int(granule / unit)).flatMap {
      host.pageContents(memory, address(of: frame) + UInt64($0) * unit)
    }
  }

  /// Takes frames from guests until an instruction finds enough of them. No snapshot may be open.
  func makeRoom() {
    guard !isContiguous else { return }
    while free.count < Allocator.reserve, let frame = evict() { free.append(frame) }
  }

  /// Writes the page that has not been used for longest, about, to the drum.
  private func evict() -> Int? {
    for _ in 0..<(2 * frames.count) {
      let frame = hand
      hand = (hand + 1) % frames.count
      guard frames[frame].guest != 0 else { continue }
      if frames[frame].isUsed {
        frames[frame].isUsed = false
        continue
      }
      let (number, page) = (frames[frame].guest, frames[frame].page)
      willEvict?(frame)
      let words = contents(of: frame)
      if mutation != .losesPages, words.contains(where: { $0 != 0 }) {
        guard let slot = drum.write(words) else { return nil }
        swapped[number][page] = slot
        pageOuts += 1
      }
      resident[number][page] = nil
      if mutation != .keepsWindows {
        machines[number]?.forget(page, of: memory, granule: granule)
      }
      frames[frame] = Frame()
      return frame
    }
    return nil
  }

  /// The host's own storage has moved: a guest's window on it must be opened anew.
  func forgetWindow(at address: UInt64) {
    guard address >= firstFrame, frame(at: address) < frames.count else { return }
    let frame = frames[frame(at: address)]
    machines[frame.guest]?.forget(frame.page, of: memory, granule: granule)
  }

  // MARK: Mappings

  func frame(at address: UInt64) -> Int { Int((address - firstFrame) / granule) }

  func noteMapping(_ va: UInt64, frame: Int) {
    frames[frame].isUsed = true
    if !frames[frame].mappings.contains(va) { frames[frame].mappings.append(va) }
  }

  func forgetMappings(frame: Int) {
    frames[frame].mappings = []
  }

  func forgetMappings(of number: Int) {
    for frame in resident[number].values { frames[frame].mappings = [] }
  }

  /// Pages of a guest that have a frame: page and the frame's address.
  func residentPages(of number: Int) -> [(page: UInt64, frame: UInt64)] {
    resident[number].map { ($0.key, address(of: $0.value)) }.sorted { $0.page < $1.page }
  }

  /// Addresses of the frames that nobody has.
  var freeFrames: [UInt64] { frames.indices.filter { frames[$0].guest == 0 }.map(address) }
}

extension VirtualMachine {
  /// Closes the windows on a page that has lost its frame.
  fileprivate func forget(_ page: UInt64, of memory: MemoryID, granule: UInt64) {
    let unit = machine.pageUnits(memory)
    for offset in stride(from: 0, to: granule, by: Int(unit)) {
      machine.closeWindow(memory, page + offset)
    }
    didForget?(page)
  }
}

/// Why guests cannot be run as asked.
public struct MonitorError: Error, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
