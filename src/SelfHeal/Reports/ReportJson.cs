using System.Text.Json.Serialization;
using SelfHeal.Reports.Tables;

namespace SelfHeal.Reports;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(HealReportDocument))]
[JsonSerializable(typeof(Table1))]
internal sealed partial class ReportJson : JsonSerializerContext;
