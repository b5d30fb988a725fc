-- One row per input row that was not accepted.
with final as (
    {%- for input in covey.input_names() %}
    select
        '{{ input }}' as input,
        quarantine_reason as reason,
        source_row
    from {{ ref('base_' ~ input) }}
    where row_status = 'quarantined'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
