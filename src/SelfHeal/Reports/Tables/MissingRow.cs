namespace SelfHeal.Reports.Tables;

/// <summary>A bug of Table 1 that could not be measured.</summary>
/// <param name="Name">As in the paper: mysql-1.</param>
/// <param name="Reason">Why, and what to run.</param>
public sealed record MissingRow(string Name, string Reason);
