-- One row per input, column and value that may be shown, counted in the sample of the input.
{%- set bounds = covey.profile_bounds() %}
with
{%- for input in covey.profiled_inputs() %}
{{ input }}_sampled as (
    {{ covey.typed_input(input, is_sampled=true) | indent }}
),
{% endfor %}
counted as (
    {%- for column in covey.profiled_columns() | rejectattr('is_value_hidden') %}
    select
        '{{ column.input }}' as input,
        '{{ column.name }}' as column_name,
        cast({{ column.name }} as varchar) as column_value,
        count(*) as value_count,
        {{ (column.data_type not in ['date', 'timestamp']) | lower }} as may_be_category
    from {{ column.input }}_sampled
    where {{ column.name }} is not null
    group by {{ column.name }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- A column of categories has few values, each in many rows; a name or a note is none, even where an
-- input has few rows.
columns_described as (
    select
        input,
        column_name,
        may_be_category
        and count(*) <= {{ bounds.most_categories }}
        and count(*) * {{ var('covey_min_group_size') }} <= sum(value_count) as is_category
    from counted
    group by input, column_name, may_be_category
),

-- Of other columns a value is shown only where many rows share it.
values_shared as (
    select
        counted.input,
        counted.column_name,
        counted.column_value,
        counted.value_count,
        columns_described.is_category
    from counted
    inner join columns_described
        on
            counted.input = columns_described.input
            and counted.column_name = columns_described.column_name
    where
        columns_described.is_category
        or counted.value_count >= {{ var('covey_min_group_size') }}
),

values_ranked as (
    select
        *,
        row_number() over (
            partition by input, column_name
            order by value_count desc, column_value asc
        ) as value_rank
    from values_shared
),

final as (
    select
        input,
        column_name,
        column_value,
        value_count,
        value_rank,
        is_category
    from values_ranked
    where is_category or value_rank <= 5
)

select * from final
