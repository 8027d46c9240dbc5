namespace SelfHeal.Log;

/// <summary>A thread that waits for another one. Mirrors <c>struct sh_blocked</c>.</summary>
/// <param name="Thread">Its number, from 0.</param>
/// <param name="Operation">System call, or <see cref="SynchronizationOperation"/>, in which it waits.</param>
/// <param name="Address">Address of the lock, condition, ... or word it waits for.</param>
/// <param name="Stack">Where it waits.</param>
public sealed record BlockedThread(int Thread, int Operation, ulong Address, CallStack Stack)
{
    /// <summary>Name of the operation.</summary>
    public string OperationName => SystemCalls.Name(Operation);
}
