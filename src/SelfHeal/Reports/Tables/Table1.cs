using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfHeal.Reports.Tables;

/// <summary>The paper's Table 1 as measured here in one run: what `make table1` writes, and the report draws. Only ever add
/// members, or raise the version.</summary>
/// <param name="Version">Of this schema.</param>
/// <param name="Measured">When the measurement ended.</param>
/// <param name="Machine">Processor, number of processors, kernel: one line.</param>
/// <param name="Rows">One for each bug.</param>
public sealed record Table1(int Version, DateTimeOffset Measured, string Machine, IReadOnlyList<BugRow> Rows)
{
    public const int CurrentVersion = 1;

    /// <summary>Bugs that could not be measured.</summary>
    public IReadOnlyList<MissingRow> Missing { get; init => field = value ?? []; } = [];

    /// <summary>Geometric mean of the medians of logged / original; null: no rows.</summary>
    [JsonIgnore]
    public double? LoggedMean => Mean(row => row.LoggedRatio);

    /// <summary>Geometric mean of the medians of prevention / logged; null: no rows.</summary>
    [JsonIgnore]
    public double? PreventionMean => Mean(row => row.PreventionRatio);

    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.Table1) + "\n";

    /// <exception cref="SelfHealException">Missing, no such document, or newer than this engine.</exception>
    public static Table1 Read(string path)
    {
        try
        {
            Table1? table = JsonSerializer.Deserialize(File.ReadAllBytes(path), ReportJson.Default.Table1);
            if (table is null || table.Version is < 1 or > CurrentVersion)
            {
                throw new DamagedRunException($"{path} is no Table 1 of version {CurrentVersion}: write it again with make table1.");
            }

            return table;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DamagedRunException($"{path} cannot be read as Table 1 ({error.Message.Split('\n')[0].TrimEnd('.')}): write it again with make table1.", error);
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    /// <exception cref="SelfHealException">It cannot be written.</exception>
    public void Save(string path) => ReportFile.Save(path, ToJson());

    private double? Mean(Func<BugRow, Quartiles> ratio) =>
        Rows.Count == 0 ? null : Math.Exp(Rows.Average(row => Math.Log(ratio(row).Median)));
}
