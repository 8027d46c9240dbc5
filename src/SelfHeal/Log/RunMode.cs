namespace SelfHeal.Log;

/// <summary>What the recorder does. Mirrors <c>enum sh_mode</c>; <see cref="Plain"/> means without a recorder.</summary>
public enum RunMode
{
    Plain = 0,
    Record = 1,
    Replay = 2,
    PatchOnly = 3,
}
