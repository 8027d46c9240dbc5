namespace SelfHeal.Search;

/// <summary>The end of a search.</summary>
public enum HealVerdict
{
    /// <summary>A validated patch was written.</summary>
    Healed,

    /// <summary>The failure stays; no patch was written.</summary>
    NotHealed,

    /// <summary>No failure and no silent damage.</summary>
    NothingToHeal,
}
