using System.Text.Json.Serialization;
using SelfHeal.Reports.Tables;

namespace SelfHeal.Reports;

/// <summary>How reports are read and written. A document without a member that it must have is refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HealReportDocument))]
[JsonSerializable(typeof(Table1))]
internal sealed partial class ReportJson : JsonSerializerContext;
