namespace SelfHeal.Search;

/// <summary>A step of the search, for the user to watch.</summary>
/// <param name="Phase">Where the search is.</param>
/// <param name="Text">One line.</param>
public sealed record HealProgress(HealPhase Phase, string Text);
