using SelfHeal.Hosts;
using SelfHeal.Patches;

namespace SelfHeal.Search;

/// <summary>What the search for bad requests found.</summary>
/// <param name="Patch">The validated patch; null: none.</param>
/// <param name="PatchedRun">The fresh run that validated it.</param>
/// <param name="Trials">All trials.</param>
/// <param name="Dropped">The bad requests.</param>
/// <param name="Obstacle">Why there is no patch, one sentence without its end; null: nothing was tried, or there is one.</param>
internal sealed record DropResult(
    Patch? Patch, RunResult? PatchedRun, IReadOnlyList<Trial> Trials, IReadOnlyList<DroppedRequest> Dropped, string? Obstacle);
