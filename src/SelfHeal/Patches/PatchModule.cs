namespace SelfHeal.Patches;

/// <summary>A program or library that entries name.</summary>
/// <param name="Name">File name.</param>
/// <param name="BuildId">GNU build-id, lower-case hex.</param>
public sealed record PatchModule(string Name, string BuildId);
