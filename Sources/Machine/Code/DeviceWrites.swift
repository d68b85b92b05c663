import ISACore

extension Program {
  /// Whether a run may write state that belongs to a device: registers or fields of that role, a
  /// memory of that role, or one with a region of that role.
  func writesDevice(of isa: InstructionSet) -> Bool {
    var result = false
    forEachStatement { statement in
      switch statement.kind {
      case .write(let register, _, let low, let width, _):
        let roles = isa.registers[Int(register)].roles(low: low, width: width)
        if roles.contains(RoleSet(.device)) { result = true }
      case .store(let access, _):
        let memory = isa.memories[Int(access.memory)]
        if memory.role == .device || memory.regions.contains(where: { $0.role == .device }) {
          result = true
        }
      default: break
      }
    }
    return result
  }
}
