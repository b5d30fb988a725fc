-- One row per input, column, finding and whether the row was accepted: how many rows it was in.
{%- set column_counts = [] %}
{%- for columns in covey.contract_columns().values() %}
{%- do column_counts.append(columns | length) %}
{%- endfor %}
{#- A value may be cleaned, of another format, of a wrong sign and out of range; a row late. #}
{%- set most_findings_of_a_row = 4 * (column_counts | max) + 1 %}
with findings_tallied as (
    select
        input,
        findings,
        quarantine_reason is null as is_accepted,
        sum(row_count) as row_count
    from {{ ref('int_input_tallies') }}
    where findings <> ''
    group by input, findings, quarantine_reason is null
),

places as (
    {%- for place in range(1, most_findings_of_a_row + 1) %}
    select {{ place }} as place
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

findings_split as (
    select
        findings_tallied.input,
        {{ dbt.split_part('findings_tallied.findings', "';'", 'places.place') }} as finding,
        findings_tallied.is_accepted,
        findings_tallied.row_count
    from findings_tallied
    cross join places
),

final as (
    select
        input,
        {{ dbt.split_part('finding', "':'", 1) }} as column_name,
        {{ dbt.split_part('finding', "':'", 2) }} as finding,
        is_accepted,
        sum(row_count) as row_count
    from findings_split
    where finding <> ''
    group by input, finding, is_accepted
)

select * from final
